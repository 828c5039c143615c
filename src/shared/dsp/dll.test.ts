import { expect, test } from 'vitest'
import { Dll } from './dll.ts'

const PERIOD_US = 2902.5

/** Uniform noise in ±1, seeded. */
function noise(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  }
}

test('an even clock is followed exactly', () => {
  const dll = new Dll(PERIOD_US)
  dll.anchor(5_000)
  for (let k = 0; k < 1000; k++) dll.update(5_000 + k * PERIOD_US - dll.nextUs, 0.1)
  expect(dll.nextUs).toBeCloseTo(5_000 + 1000 * PERIOD_US, 3)
})

test.each([-300, 300])('a clock %i ppm off leaves no steady error', (ppm) => {
  const dll = new Dll(PERIOD_US)
  const trueUs = PERIOD_US * (1 + ppm * 1e-6)
  for (let k = 0; k < 30_000; k++) dll.update(k * trueUs - dll.nextUs, 0.1)
  expect(dll.nextUs - 30_000 * trueUs).toBeCloseTo(0, 1)
  expect((dll.periodUs / PERIOD_US - 1) * 1e6).toBeCloseTo(ppm, 1)
})

test('a millisecond of jitter becomes some microseconds', () => {
  const dll = new Dll(PERIOD_US)
  const random = noise(7)
  let worst = 0
  for (let k = 0; k < 60_000; k++) {
    dll.update(k * PERIOD_US + random() * 1000 - dll.nextUs, k < 3000 ? 0.1 : 0.02)
    if (k > 30_000) worst = Math.max(worst, Math.abs(dll.nextUs - (k + 1) * PERIOD_US))
  }
  expect(worst).toBeLessThan(40)
})

test('a broken clock does not drag the period with it', () => {
  const dll = new Dll(PERIOD_US)
  for (let k = 0; k < 10_000; k++) dll.update(50_000, 1)
  expect(dll.periodUs).toBeLessThanOrEqual(PERIOD_US * 1.002)
})
