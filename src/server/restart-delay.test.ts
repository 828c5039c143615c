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
  expect(delay.after(9999)).toBe(250)
  expect(delay.after(0)).toBe(2000)
  expect(delay.after(10_000)).toBe(250)
  expect(delay.after(0)).toBe(500)
})

test('what a child waited for its device in vain is part of the delay', () => {
  const delay = new RestartDelay({ ...timing, longestMs: 1000 })
  for (let i = 0; i < 3; i++) delay.after(0)
  expect([700, 900, 400].map((playedMs) => delay.after(playedMs))).toEqual([300, 250, 600])
})
