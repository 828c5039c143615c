import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HOP_NAMES, hopBars, shownLatency } from './waterfall.ts'

const of = (capture: number, network: number, buffer: number, output: number) =>
  shownLatency({ capture, network, buffer, output, total: capture + network + buffer + output })
const sum = (values: (number | null)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0)

test('what rounding cuts off goes to the hops that lost most', () => {
  // One by one they would be 3.3 + 0.3 + 20.3 + 8.3 = 32.2.
  expect(of(3.34, 0.33, 20.33, 8.33)).toEqual({
    ...{ capture: 3.4, network: 0.3, buffer: 20.3, output: 8.3 },
    total: 32.3,
  })
})

test('the hops as shown add up to the total as shown, and none is 0.1 ms off', () => {
  const ms = fc.double({ min: -2, max: 6000, noNaN: true })
  fc.assert(
    fc.property(ms, ms, ms, ms, (...parts) => {
      const shown = of(...parts)
      const hops = HOP_NAMES.map((name) => shown[name])
      expect(sum(hops)).toBeCloseTo(shown.total ?? Number.NaN, 6)
      for (const [i, hop] of hops.entries())
        expect(Math.abs((hop ?? 0) - (parts[i] ?? 0))).toBeLessThan(0.1 + 1e-9)
    }),
  )
})

test('each bar begins where the one before ends, and the last ends at the end', () => {
  const bars = hopBars(of(4, 1, 15, 20))
  expect(HOP_NAMES.map((name) => bars?.[name].start)).toEqual([0, 0.1, 0.125, 0.5])
  expect(sum(HOP_NAMES.map((name) => bars?.[name].length ?? 0))).toBeCloseTo(1)
})

test('a hop that came out below nothing keeps its figure and has no bar', () => {
  const shown = of(4, 2, -0.5, 10)
  expect([shown.total, shown.buffer, hopBars(shown)?.buffer.length]).toEqual([15.5, -0.5, 0])
  expect(hopBars(shown)?.output).toEqual({ start: 0.375, length: 0.625 })
})

test('what is not known is not shown as nothing', () => {
  const shown = shownLatency({ capture: 3.67, network: null, buffer: null, output: 8.04, total: null })
  expect(shown).toEqual({ capture: 3.7, network: null, buffer: null, output: 8, total: null })
  expect(hopBars(shown)).toBeUndefined()
})
