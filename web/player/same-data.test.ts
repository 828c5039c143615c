import { expect, test } from 'vitest'
import { isSameData } from './same-data.ts'

const STATS = {
  state: 'playing',
  ppm: 1.5,
  latencyMs: { total: 31.4, errorMs: null },
  rungs: ['pcm16', 'opus96'],
}

test('what says the same is the same, whoever made it', () => {
  expect(isSameData(STATS, structuredClone(STATS))).toBe(true)
  expect(isSameData({ ppm: Number.NaN }, { ppm: Number.NaN })).toBe(true)
})

test.each<[string, object]>([
  ['a figure', { ...STATS, ppm: 1.6 }],
  ['a figure deep inside', { ...STATS, latencyMs: { total: 31.5, errorMs: null } }],
  ['one that is known now', { ...STATS, latencyMs: { total: 31.4, errorMs: 2 } }],
  ['another order', { ...STATS, rungs: ['opus96', 'pcm16'] }],
  ['a longer list', { ...STATS, rungs: ['pcm16', 'opus96', 'opus64'] }],
  ['one more', { ...STATS, problem: 'refused' }],
  ['another one in its place', { state: 'playing', ppm: 1.5, latencyMs: STATS.latencyMs, lost: undefined }],
  ['no list', { ...STATS, rungs: { 0: 'pcm16', 1: 'opus96' } }],
])('%s is a difference', (_, other) => {
  expect(isSameData(STATS, other)).toBe(false)
  expect(isSameData(other, STATS)).toBe(false)
})
