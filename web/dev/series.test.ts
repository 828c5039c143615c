import { expect, test } from 'vitest'
import { readStats, type Stats } from '../player/stats.ts'
import { Sampler } from './sampler.ts'
import { type Column, changeOf, type Sample, Series, TRACKS } from './series.ts'

const NOTHING = Object.fromEntries(TRACKS.map((name) => [name, Number.NaN])) as Sample

function read(series: Series, fromMs: number): { times: number[]; ppm: Column } {
  const first = series.indexAt(fromMs)
  const times: number[] = []
  const ppm: Column = []
  series.readTimes(first, times)
  series.read('ppm', first, ppm)
  return { times, ppm }
}

test('what was added is read back from any moment on, and what is not known is a gap', () => {
  const series = new Series()
  for (let i = 0; i < 5; i++) series.add(1000 + 100 * i, i === 3 ? NOTHING : { ...NOTHING, ppm: i })
  expect(read(series, 0)).toEqual({ times: [1, 1.1, 1.2, 1.3, 1.4], ppm: [0, 1, 2, null, 4] })
  expect(read(series, 1150)).toEqual({ times: [1.2, 1.3, 1.4], ppm: [2, null, 4] })
  expect(read(series, 9999)).toEqual({ times: [], ppm: [] })
})

test('five minutes are kept, and the oldest goes first', () => {
  const series = new Series()
  for (let i = 0; i < 3100; i++) series.add(100 * i, { ...NOTHING, ppm: i })
  expect(series.length).toBe(3000)
  expect(series.endMs).toBe(309_900)
  expect(read(series, 0).ppm[0]).toBe(100)
  expect(read(series, 309_800).ppm).toEqual([3098, 3099])
})

test('a copy stands still while the series goes on', () => {
  const series = new Series()
  series.add(100, { ...NOTHING, ppm: 1 })
  const frozen = series.copy()
  series.add(200, { ...NOTHING, ppm: 2 })
  expect(read(frozen, 0).ppm).toEqual([1])
  expect(read(series, 0).ppm).toEqual([1, 2])
})

test('a clock that was set back begins anew', () => {
  const series = new Series()
  series.add(5000, { ...NOTHING, ppm: 1 })
  series.add(1000, { ...NOTHING, ppm: 2 })
  expect(read(series, 0)).toEqual({ times: [1], ppm: [2] })
})

test('an offset is shown as its change, which begins anew with another clock', () => {
  expect(changeOf([null, 5000, 5000.5, null, 4999, 90_000, 90_001])).toEqual([null, 0, 0.5, null, -1, 0, 1])
})

test('every time between two receipts is seen once, and none is missed that passed unseen', () => {
  const idle = readStats({ state: 'idle', control: undefined, device: undefined, stream: undefined })
  const sampler = new Sampler()
  const late = (lateness: Stats['lateness']) => sampler.take({ ...idle, lateness }).latenessMs
  expect(late({ lastMs: null, beforeMs: null, windows: 0 })).toBeNaN()
  expect(late({ lastMs: 3, beforeMs: null, windows: 1 })).toBe(3)
  expect(late({ lastMs: 3, beforeMs: null, windows: 1 })).toBeNaN()
  expect(late({ lastMs: 1, beforeMs: 3, windows: 2 })).toBe(1)
  expect(late({ lastMs: 2, beforeMs: 40, windows: 4 })).toBe(40)
  // Another listening counts from the beginning.
  expect(late({ lastMs: 7, beforeMs: null, windows: 1 })).toBe(7)
})
