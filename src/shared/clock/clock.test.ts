import { expect, test } from 'vitest'
import { ClockSync } from './clock-sync.ts'
import { DateSkew } from './date-skew.ts'

/** A probe sent at t1, with these delays, to a server whose clock is 5,000 ms ahead. */
function sample(t1Ms: number, thereMs: number, backMs: number) {
  const t2Ms = t1Ms + thereMs + 5000
  return { t1Ms, t2Ms, t3Ms: t2Ms + 1, t4Ms: t1Ms + thereMs + 1 + backMs }
}

test('the server clock comes from the probe that waited least', () => {
  const clock = new ClockSync()
  expect(clock.estimate(0)).toBeUndefined()
  clock.add(sample(0, 30, 2))
  clock.add(sample(100, 2, 2))
  clock.add(sample(200, 2, 40))
  expect(clock.estimate(300)).toEqual({ offsetMs: 5000, errorMs: 2, networkMs: 2 })
})

test('a good old sample gives way to a slightly worse new one', () => {
  const clock = new ClockSync()
  clock.add(sample(0, 2, 2))
  clock.add(sample(60_000, 3, 3))
  expect(clock.estimate(60_010)).toMatchObject({ errorMs: 3, networkMs: 2 })
})

test('a sample that can not be true is refused', () => {
  const clock = new ClockSync()
  expect(clock.add({ t1Ms: 0, t2Ms: 0, t3Ms: 50, t4Ms: 10 })).toBe(false)
  expect(clock.add({ t1Ms: 0, t2Ms: Number.NaN, t3Ms: 0, t4Ms: 10 })).toBe(false)
})

test('the date’s whole milliseconds average out, and a set clock is followed at once', () => {
  const skew = new DateSkew()
  for (let i = 0; i < 2000; i++) skew.add(Math.floor(777.3 + i * 2.9), i * 2.9)
  expect(skew.ms).toBeCloseTo(776.8, 1)
  skew.add(90_000, 5000)
  expect(skew.ms).toBe(85_000)
})
