import { expect, test } from 'vitest'
import { BurstMeter } from './burst-meter.ts'
import { Moment } from './moment.ts'

/** Feeds callbacks of `pattern` quanta every `pattern · 128` frames; times tick in whole ms, as Date.now() does. */
function measure(
  pattern: number[],
  callbacks: number,
  lateMs: (callback: number) => number = () => 0,
  rateHz = 48_000,
): BurstMeter {
  const meter = new BurstMeter(rateHz)
  const moment = new Moment()
  let atMs = 1000
  for (let c = 0; c < callbacks; c++) {
    const quanta = pattern[c % pattern.length] as number
    for (let q = 0; q < quanta; q++) {
      moment.nowMs = Math.floor(atMs + lateMs(c) + q * 0.03)
      meter.onQuantum(moment)
    }
    atMs += (quanta * 128_000) / rateHz
  }
  return meter
}

test.each([
  ['one quantum', [1], 1],
  ['512 frames', [4], 4],
  ['480 frames: 4, 4, 4, 3', [4, 4, 4, 3], 4],
  ['1024 frames', [8], 8],
])('a device callback of %s is recognised', (_name, pattern, quanta) => {
  expect(measure(pattern, 200).quanta).toBe(quanta)
})

test.each([
  [96_000, 1, 3],
  [176_400, 1, 6],
  [192_000, 1, 6],
  [192_000, 2, 6],
  [192_000, 8, 8],
])(
  'at %i Hz callbacks of %i quanta, which come within a tick or two, are never taken for more than %i',
  (rateHz, is, most) => {
    const { quanta } = measure([is], 1000, () => 0, rateHz)
    expect(quanta).toBeGreaterThanOrEqual(is)
    expect(quanta).toBeLessThanOrEqual(most)
  },
)

test('a late callback now and then does not make the burst look larger', () => {
  expect(measure([4], 400, (c) => (c % 40 === 0 ? 10 : 0)).quanta).toBe(4)
})

test('nothing is claimed before a dozen callbacks were seen', () => {
  expect(measure([4], 10).quanta).toBe(0)
})
