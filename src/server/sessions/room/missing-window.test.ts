import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MissingWindow } from './missing-window.ts'

test('is a share of the whole window, each report for its own time', () => {
  const missing = new MissingWindow(10e6)
  missing.add(1e6, 0.5)
  expect(missing.share(1e6)).toBeCloseTo(0.05, 9)
  missing.add(1.2e6, 1)
  expect(missing.share(1.2e6)).toBeCloseTo(0.07, 9)
  expect(missing.reportsAbove(0.6, 1.2e6)).toBe(1)
  missing.add(2.2e6, 0.1)
  expect(missing.reportsAbove(0.05, 2.2e6)).toBe(2)
  expect(missing.share(11.1e6)).toBeCloseTo(0.01, 9)
  expect(missing.share(20e6)).toBe(0)
})

test('is never more than everything, however often it is told', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000_000 }), fc.double({ min: 0, max: 1, noNaN: true })), {
        maxLength: 300,
      }),
      (reports) => {
        const missing = new MissingWindow(5e6)
        let nowUs = 0
        for (const [us, share] of reports) {
          nowUs += us
          missing.add(nowUs, share)
          expect(missing.share(nowUs)).toBeGreaterThanOrEqual(0)
          expect(missing.share(nowUs)).toBeLessThanOrEqual(1)
          expect(missing.reportsAbove(-1, nowUs)).toBeLessThanOrEqual(10)
        }
      },
    ),
  )
})
