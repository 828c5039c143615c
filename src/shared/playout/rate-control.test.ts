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

test('what was right before is right from the first callback', () => {
  const rate = new RateControl()
  rate.seed(-120)
  for (let i = 0; i < 100; i++) expect(step(rate, 0, 0.01)).toBeCloseTo(1 - 120e-6, 12)
})

test('an error made on purpose is bent away, and not taken for another clock', () => {
  const [told, untold] = [new RateControl(), new RateControl()]
  const run = (rate: RateControl) => {
    for (let i = 0; i < 7000; i++) step(rate, 0, 0.01)
    if (rate === told) rate.shift(0.004)
    const first = step(rate, 0.004, 0.01)
    expect(rate.errorS).toBeCloseTo(rate === told ? 0.004 : 0, 3)
    return first
  }
  expect(run(told)).toBeGreaterThanOrEqual(run(untold))
  // Undone again at once, nothing is left of it.
  told.shift(-0.004)
  expect(Math.abs(told.errorS)).toBeLessThan(1e-6)
})

test('at the target again there is no error, but what was learnt of the clocks is kept', () => {
  const rate = new RateControl()
  rate.seed(200)
  for (let i = 0; i < 100; i++) step(rate, 0.008, 0.01)
  rate.settle()
  expect(rate.errorS).toBe(0)
  for (let i = 0; i < 500; i++) step(rate, 0, 0.01)
  expect((rate.ratio - 1) * 1e6).toBeGreaterThan(199)
})

test('a target on the move is followed without an error', () => {
  const rate = new RateControl()
  const dtS = 0.01
  const slewMsPerS = 0.5
  let errorS = 0
  let worst = 0
  for (let i = 0; i < 6000; i++) {
    rate.step(Object.assign(new Moment(), { errorS, dtS, slewMsPerS }), false)
    errorS += dtS * (1 - rate.ratio) - (dtS * slewMsPerS) / 1000
    if (i > 1000) worst = Math.max(worst, Math.abs(errorS))
  }
  expect(worst).toBeLessThan(0.0002)
  expect((rate.ratio - 1) * 1e6).toBeCloseTo(-500, 0)
})

test('the pitch is never bent faster than 1,000 ppm a second', () => {
  const rate = new RateControl()
  let before = 1
  let fastest = 0
  for (let i = 0; i < 2000; i++) {
    const ratio = step(rate, i % 300 < 150 ? 0.06 : -0.06, 0.01)
    fastest = Math.max(fastest, Math.abs(ratio - before) / 0.01)
    before = ratio
  }
  expect(fastest).toBeGreaterThan(900e-6)
  expect(fastest).toBeLessThanOrEqual(1000e-6 + 1e-9)
})
