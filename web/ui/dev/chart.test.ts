import { expect, test, vi } from 'vitest'
import { Chart } from './chart.ts'

const setCursor = vi.hoisted(() => vi.fn())
vi.mock('uplot', () => ({
  default: class {
    readonly setCursor = setCursor
    valToPos(atS: number): number {
      return atS * 10
    }
    valToIdx(): number {
      return 0
    }
  },
}))

test('its cursor goes where it is pointed at, and away, without telling anybody', () => {
  const chart = new Chart({
    ...{ spec: undefined, parent: {} as HTMLElement, size: { width: 1, height: 1 } },
    ...{ onCursor: () => {}, onValues: () => {} },
  })
  chart.point(12_000)
  expect(setCursor).toHaveBeenLastCalledWith({ left: 120, top: 1 }, false)
  chart.point(undefined)
  expect(setCursor).toHaveBeenLastCalledWith({ left: -10, top: -10 }, false)
})
