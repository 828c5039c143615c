import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MinWindow } from './min-window.ts'

test('is the least of what is still in the window, whatever comes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ step: fc.integer({ min: 0, max: 9 }), value: fc.integer({ min: -50, max: 50 }) })),
      (entries) => {
        const window = new MinWindow(20)
        const seen: { at: number; value: number }[] = []
        let at = 0
        for (const { step, value } of entries) {
          at += step
          seen.push({ at, value })
          const least = Math.min(...seen.filter((e) => e.at >= at - 20).map((e) => e.value))
          expect(window.add(at, value)).toBe(least)
        }
      },
    ),
  )
})

test('when it is full the least is not forgotten early', () => {
  const window = new MinWindow(1000, 4)
  for (let i = 0; i < 100; i++) window.add(i, i)
  expect(window.min).toBe(0)
})
