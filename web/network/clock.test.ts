import { expect, test } from 'vitest'
import { ClockSync } from './clock-sync.ts'
import { DateSkew } from './date-skew.ts'
import { Prober } from './prober.ts'

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

test('eight probes, one at a time, at 0, 2, 4, 6, 8 s and then every 10 s', () => {
  const prober = new Prober()
  prober.start(0)
  const bursts: number[] = []
  for (let ms = 0; ms <= 30_000; ms += 50) {
    let inBurst = 0
    for (let probe = prober.next(ms); probe; probe = prober.next(ms)) {
      expect(prober.next(ms)).toBeUndefined()
      inBurst++
      const at = { ...probe, serverReceivedUs: 0, serverSentUs: 0 }
      expect(prober.heard({ type: 'time_sync_batch', samples: [at] }, ms)).toMatchObject({ t1Ms: ms })
    }
    if (inBurst > 0) bursts.push(ms)
    if (inBurst > 0) expect(inBurst).toBe(8)
  }
  expect(bursts).toEqual([0, 2000, 4000, 6000, 8000, 10_000, 20_000, 30_000])
})

test('an unanswered probe ends its burst, and a stranger’s answer is not heard', () => {
  const prober = new Prober()
  prober.start(0)
  expect(prober.next(0)).toBeDefined()
  const stranger = { id: 99, clientSentMs: 0, serverReceivedUs: 0, serverSentUs: 0 }
  expect(prober.heard({ type: 'time_sync_batch', samples: [stranger] }, 5)).toBeUndefined()
  expect(prober.next(1999)).toBeUndefined()
  expect(prober.next(2001)).toBeDefined()
})

test('the date’s whole milliseconds average out, and a set clock is followed at once', () => {
  const skew = new DateSkew()
  for (let i = 0; i < 2000; i++) skew.add(Math.floor(777.3 + i * 2.9), i * 2.9)
  expect(skew.ms).toBeCloseTo(776.8, 1)
  skew.add(90_000, 5000)
  expect(skew.ms).toBe(85_000)
})
