import { expect, test } from 'vitest'
import { LoopDelay } from './loop-delay.ts'

/** In ns, as the runtime counts. */
class FakeMonitor {
  values: number[] = []
  enabled = false
  get count(): number {
    return this.values.length
  }
  enable(): boolean {
    this.enabled = true
    return true
  }
  disable(): boolean {
    this.enabled = false
    return true
  }
  reset(): void {
    this.values = []
  }
  percentile(percent: number): number {
    const sorted = [...this.values].sort((a, b) => a - b)
    return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0
  }
}

test('the way the loop is asked is taken off, and a window stays until the next is as long', () => {
  const monitors: FakeMonitor[] = []
  const delay = new LoopDelay(() => {
    const made = new FakeMonitor()
    monitors.push(made)
    return made
  })
  expect(delay.delayMs(0.99)).toBe(0)
  for (const one of monitors) one.values.push(10e6, 12e6, 9e6, 110e6)
  expect([0.25, 0.5, 1].map((quantile) => delay.delayMs(quantile))).toEqual([0, 0, 100])
  delay.turn()
  expect(delay.delayMs(1)).toBe(100)
  for (const one of monitors) one.values.push(15e6)
  delay.turn()
  expect(delay.delayMs(1)).toBe(5)
})

test('a loop that is held up is seen', async () => {
  const delay = new LoopDelay()
  delay.start()
  try {
    // The first interval is not counted: there is nothing before it.
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 30))
    const until = performance.now() + 120
    while (performance.now() < until);
    while (delay.delayMs(1) < 50) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(delay.delayMs(1)).toBeGreaterThanOrEqual(50)
  } finally {
    delay.stop()
  }
})
