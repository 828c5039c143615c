import { expect, test } from 'vitest'
import { barHeight, binLateness } from './lateness-bins.ts'

test('values fall into bins that reach to the worst and to the target', () => {
  const { binMs, counts, total, worstMs } = binLateness([0, 0.05, 3, null, 7.9], 10)
  expect({ binMs, total, worstMs }).toEqual({ binMs: 0.5, total: 4, worstMs: 7.9 })
  expect(counts.length * binMs).toBeGreaterThanOrEqual(11)
  expect(counts[0]).toBe(2)
  expect(counts[6]).toBe(1)
  expect(counts[15]).toBe(1)
})

test.each([0.3, 4, 40, 400, 4000, 400_000])(
  'a worst of %d ms never takes more than 40 bins, and is in one',
  (worst) => {
    const { counts, total } = binLateness([worst])
    expect(counts.length).toBeLessThanOrEqual(40)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(total)
  },
)

test('nothing at all has bins, too', () => {
  expect(binLateness([]).total).toBe(0)
})

test('a bar of one is seen beside one of three thousand', () => {
  expect(barHeight(0, 3000)).toBe(0)
  expect(barHeight(1, 3000)).toBeGreaterThan(0.08)
  expect(barHeight(3000, 3000)).toBe(1)
})
