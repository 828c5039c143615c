import { expect, test } from 'vitest'
import { Moment } from './moment.ts'
import { RateControl } from './rate-control.ts'

/** One callback `dtS` after the last, `errorS` late; returns the ratio. */
function step(rate: RateControl, errorS: number, dtS: number, hold = false): number {
  rate.step(Object.assign(new Moment(), { errorS, dtS, slewMsPerS: 0 }), hold)
  return rate.ratio
}

/** A sink that runs `ppm` fast or slow, starting `errorS` away from the target; returns the last ratio and error. */
function settle(ppm: number, errorS: number, seconds: number): { ppm: number; errorS: number } {
  const rate = new RateControl()
  const dt = 512 / 48000
  let error = errorS
  for (let t = 0; t < seconds; t += dt) {
    const ratio = step(rate, error, dt)
    // In dt the media line moves dt, the playout dt · ratio · (1 + ppm): the difference is added delay.
    error += dt * (1 - ratio * (1 + ppm * 1e-6))
  }
  return { ppm: (rate.ratio - 1) * 1e6, errorS: error }
}

test.each([-300, -80, 0, 80, 300])('a clock %i ppm off is followed to the ppm', (ppm) => {
  const end = settle(ppm, 0.015, 180)
  expect(end.ppm).toBeCloseTo(-ppm, 0)
  expect(Math.abs(end.errorS)).toBeLessThan(0.0005)
})

test('a sink that runs fast makes it consume slower', () => {
  expect(settle(100, 0, 60).ppm).toBeLessThan(0)
})

test('pitch is never bent by more than 3,000 ppm, nor by more than 1,000 near the target', () => {
  const rate = new RateControl()
  let worst = 0
  for (let i = 0; i < 2000; i++) worst = Math.max(worst, Math.abs(step(rate, 0.07, 0.01) - 1))
  expect(worst).toBeLessThanOrEqual(0.003 + 1e-9)
  let near = 0
  const close = new RateControl()
  for (let i = 0; i < 2000; i++) near = Math.max(near, Math.abs(step(close, 0.009, 0.01) - 1))
  expect(near).toBeLessThanOrEqual(0.001 + 1e-9)
})

test('while audio is missing nothing is learnt', () => {
  const rate = new RateControl()
  for (let i = 0; i < 1000; i++) step(rate, 0.005, 0.01, true)
  for (let i = 0; i < 1000; i++) step(rate, 0, 0.01, true)
  expect(Math.abs(rate.ratio - 1)).toBeLessThan(1e-6)
})
