import { expect, test } from 'vitest'
import { Buckets } from './buckets.ts'

test('a value is counted below the first edge that is not less, and the largest beyond the last', () => {
  const buckets = new Buckets([1, 2, 5])
  for (const value of [0, 1, 1.5, 2, 5, 5.1, 100]) buckets.add(value)
  expect([...buckets.counts]).toEqual([2, 2, 1, 2])
  expect(buckets.sum).toBeCloseTo(114.6)
})

test('what is no number is not counted', () => {
  const buckets = new Buckets([1])
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) buckets.add(value)
  expect([...buckets.counts]).toEqual([0, 0])
  expect(buckets.sum).toBe(0)
})
