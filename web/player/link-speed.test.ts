import { expect, test } from 'vitest'
import { fetchedBps, rungFor, startFor } from './link-speed.ts'

const file = (transferSize: number, responseStart: number, responseEnd: number) => ({
  transferSize,
  responseStart,
  responseEnd,
})

test('bytes over the time in which any of them came', () => {
  // 48 kB each over the same second, a pause, 24 kB in another half.
  const files = [file(48_000, 1000, 2000), file(48_000, 1000, 2000), file(24_000, 5000, 5500)]
  expect(fetchedBps(files)).toBe(640_000)
  expect(fetchedBps([file(50_000, 0, 1000), file(50_000, 500, 1500)])).toBe(400_000)
})

test('what came from a cache, or at once, says nothing', () => {
  expect(fetchedBps([])).toBeUndefined()
  expect(fetchedBps([file(0, 10, 500)])).toBeUndefined()
  expect(fetchedBps([file(120_000, 10, 30)])).toBeUndefined()
  expect(fetchedBps([file(2_000, 10, 500)])).toBeUndefined()
  expect(rungFor(undefined)).toBeUndefined()
})

test.each([
  [100e6, 'pcm16'],
  [3e6, 'pcm16'],
  [1.2e6, 'opus-256'],
  [600e3, 'opus-128'],
  [350e3, 'opus-96'],
  [30e3, 'opus-64'],
])('a link of %d bit/s begins with %s', (bps, rung) => {
  expect(rungFor(bps)).toBe(rung)
})

test.each([
  // Nothing measured: what is remembered. Nothing remembered: what is measured.
  ['pcm-f32', undefined, 'pcm-f32'],
  [undefined, 600e3, 'opus-128'],
  [undefined, undefined, undefined],
  // It delivers what was good before: a better rung is the server's business, and one with 24 bits stays.
  ['opus-96', 100e6, 'opus-96'],
  ['pcm-f32', 100e6, 'pcm-f32'],
  // Another link: it carries less.
  ['pcm16', 350e3, 'opus-96'],
  ['pcm-f32', 3e6, 'pcm16'],
  ['opus-96', 100e3, 'opus-64'],
  ['opus-64', 30e3, 'opus-64'],
] as const)('%s remembered and %s bit/s measured: %s', (remembered, bps, start) => {
  expect(startFor(remembered, bps)).toBe(start)
})
