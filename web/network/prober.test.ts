import { expect, test } from 'vitest'
import { Prober } from './prober.ts'

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

test('a timer that stood still asks once, not for every burst it has missed; starting over begins the pattern anew', () => {
  const prober = new Prober()
  const bursts: number[] = []
  const look = (ms: number): void => {
    for (let probe = prober.next(ms); probe; probe = prober.next(ms)) {
      if (bursts.at(-1) !== ms) bursts.push(ms)
      const at = { ...probe, serverReceivedUs: 0, serverSentUs: 0 }
      expect(prober.idle).toBe(false)
      prober.heard({ type: 'time_sync_batch', samples: [at] }, ms)
    }
    expect(prober.idle).toBe(true)
  }
  prober.start(0)
  for (const ms of [0, 45_000, 45_001, 50_000]) look(ms)
  prober.start(51_000)
  for (const ms of [51_000, 52_000, 53_000]) look(ms)
  expect(bursts).toEqual([0, 45_000, 50_000, 51_000, 53_000])
})
