import { expect, test } from 'vitest'
import { RestartDelay } from './restart-delay.ts'

const timing = { firstMs: 250, longestMs: 5000, healthyMs: 10_000 }

test('the delay doubles with each failure up to its longest', () => {
  const delay = new RestartDelay(timing)
  expect(Array.from({ length: 7 }, () => delay.after(0))).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000])
})

test('the delay begins again after a child that played for 10 s, and not after one that played less', () => {
  const delay = new RestartDelay(timing)
  delay.after(0)
  delay.after(0)
  expect(delay.after(9999)).toBe(1000)
  expect(delay.after(10_000)).toBe(250)
  expect(delay.after(0)).toBe(500)
})
