import { expect, test } from 'vitest'
import { LateCallbacks } from './late-callbacks.ts'

const RATE_HZ = 48_000
const BURST_MS = (512 / RATE_HZ) * 1000

/** A device that calls every 512 frames; `late(k)` is how late callback k is, ms. Whole milliseconds, as Date.now() is. */
function count(callbacks: number, late: (k: number) => number): number {
  const watch = new LateCallbacks(RATE_HZ)
  let counted = 0
  for (let k = 0; k < callbacks; k++) {
    const nowMs = Math.floor(1e6 + k * BURST_MS + late(k))
    for (let q = 0; q < 4; q++) if (watch.onQuantum(nowMs, k * 512 + q * 128)) counted++
  }
  return counted
}

test('a device with ordinary jitter is never late', () => {
  expect(count(5000, (k) => (k * 7919) % 9)).toBe(0)
})

test('one stall is one late callback, however many catch up after it', () => {
  expect(count(2000, (k) => Math.max(0, 60 - Math.max(0, k - 1000) * BURST_MS) * Number(k >= 1000))).toBe(1)
})

test('five stalls are five', () => {
  expect(count(3000, (k) => (k >= 500 && k % 500 < 2 ? 30 : 0))).toBe(5)
})

test('time that was lost for good counts once, and does not hide what comes after', () => {
  const lost = (k: number) => (k >= 500 ? 40 : 0) + (k === 1500 ? 30 : 0)
  expect(count(2500, lost)).toBe(2)
})

test.each([-300, -30, 30, 50, 300])(
  'a device whose clock is off by %d ppm is not late, however long it plays',
  (ppm) => {
    // Twenty minutes.
    expect(count(112_500, (k) => k * BURST_MS * ppm * 1e-6 + ((k * 7919) % 5))).toBe(0)
  },
)

test('stalls on a device whose clock drifts are counted one by one', () => {
  expect(count(60_000, (k) => k * BURST_MS * 50e-6 + (k % 10_000 === 9999 ? 30 : 0))).toBe(6)
})

test('a wall clock that is set back is no lateness', () => {
  expect(count(2000, (k) => (k >= 1000 ? -3_600_000 : 0))).toBe(0)
})
