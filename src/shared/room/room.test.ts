import { expect, test } from 'vitest'
import { delayMsAt, delaySlewMsPerS, settledUs } from './delay-schedule.ts'
import { heardAtUs, roomPositionAt } from './room-axis.ts'
import { segmentAt } from './segments.ts'

const ANCHOR = { position: 1_000_000, captureUs: 50_000_000, rateHz: 44_101.3 }

test('a delay is moved at 1,000 ppm, both ways, and then stays', () => {
  const up = { fromMs: 80, toMs: 130, atUs: 1e6 }
  expect(delayMsAt(up, 0)).toBe(80)
  expect(delayMsAt(up, 11e6)).toBeCloseTo(90, 9)
  expect(settledUs(up)).toBe(51e6)
  expect(delayMsAt(up, 60e6)).toBe(130)
  const down = { fromMs: 130, toMs: 80, atUs: 1e6 }
  expect(delayMsAt(down, 11e6)).toBeCloseTo(120, 9)
  expect([0, 2e6, 60e6].map((us) => delaySlewMsPerS(up, us))).toEqual([0, 1, 0])
  expect(delaySlewMsPerS(down, 2e6)).toBe(-1)
})

test('position and time are each other’s inverse before, during and after a move', () => {
  for (const schedule of [
    { fromMs: 80, toMs: 130, atUs: 60e6 },
    { fromMs: 130, toMs: 80, atUs: 60e6 },
    { fromMs: 5000, toMs: 5000, atUs: 0 },
  ])
    for (const serverUs of [55e6, 60e6, 61.5e6, 100e6, 110e6, 300e6]) {
      const position = roomPositionAt(ANCHOR, schedule, serverUs)
      expect(heardAtUs(ANCHOR, schedule, position)).toBeCloseTo(serverUs, 3)
    }
})

test('what lies where on the axis', () => {
  const segments = [
    { from: 100, shift: 0, muted: false },
    { from: 500, shift: 0, muted: true },
    { from: 900, shift: 350, muted: false },
  ]
  expect([0, 100, 499, 500, 899, 900, 5000].map((r) => segmentAt(segments, r).from)).toEqual([
    100, 100, 100, 500, 500, 900, 900,
  ])
})
