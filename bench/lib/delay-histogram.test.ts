import { expect, test } from 'vitest'
import { DelayHistogram } from './delay-histogram.ts'
import { percentile } from './statistics.ts'

test('percentiles are those of the values, to the width of a bin', () => {
  const values = Array.from({ length: 5000 }, (_, i) => ((i * 7919) % 5000) / 10)
  const histogram = new DelayHistogram()
  for (const value of values) histogram.add(value)
  for (const share of [0.01, 0.5, 0.99, 1])
    expect(Math.abs(histogram.percentile(share) - percentile(values, share))).toBeLessThanOrEqual(0.1)
  const both = new DelayHistogram()
  both.merge(histogram)
  both.add(1e9)
  expect([both.count, both.maxMs]).toEqual([5001, 1e9])
  both.clear()
  expect([both.count, both.percentile(0.5)]).toEqual([0, Number.NaN])
})
