import { expect, test } from 'vitest'
import { ClockSync } from './clock-sync.ts'
import { DateSkew } from './date-skew.ts'

/** A probe sent at t1, with these delays, to a server whose clock is 5,000 ms ahead. */
function sample(t1Ms: number, thereMs: number, backMs: number, aheadMs = 5000) {
  const t2Ms = t1Ms + thereMs + aheadMs
  return { t1Ms, t2Ms, t3Ms: t2Ms + 1, t4Ms: t1Ms + thereMs + 1 + backMs }
}

/** Eight probes from t1 on over ways that take 1 ms each. */
function burst(clock: ClockSync, t1Ms: number, aheadMs?: number): void {
  for (let i = 0; i < 8; i++) clock.add(sample(t1Ms + i * 4, 1, 1, aheadMs))
}

test('the server clock comes from the probe that waited least', () => {
  const clock = new ClockSync()
  expect(clock.estimate(0)).toBeUndefined()
  clock.add(sample(0, 30, 2))
  clock.add(sample(100, 2, 2))
  clock.add(sample(200, 2, 40))
  expect(clock.estimate(300)).toMatchObject({ offsetMs: 5000, errorMs: 2, networkMs: 2, drift: 0, atMs: 300 })
})

test('a good old sample gives way to a slightly worse new one', () => {
  const clock = new ClockSync()
  clock.add(sample(0, 2, 2))
  clock.add(sample(50_000, 3, 3))
  expect(clock.estimate(52_000)).toMatchObject({ errorMs: 3, networkMs: 2 })
})

test('a sample that can not be true is refused', () => {
  const clock = new ClockSync()
  expect(clock.add({ t1Ms: 0, t2Ms: 0, t3Ms: 50, t4Ms: 10 })).toBe(false)
  expect(clock.add({ t1Ms: 0, t2Ms: Number.NaN, t3Ms: 0, t4Ms: 10 })).toBe(false)
})

test('a burst is one measurement: its slow answers change nothing', () => {
  const clock = new ClockSync()
  burst(clock, 0)
  const before = clock.estimate(9000)
  for (let i = 0; i < 7; i++) clock.add(sample(10_000 + i * 50, 40, 1))
  clock.add(sample(10_400, 1, 1))
  expect(clock.estimate(9000)).toMatchObject({ offsetMs: before?.offsetMs, errorMs: 1 })
})

test('a burst that lost answers counts once it is over', () => {
  const clock = new ClockSync()
  clock.add(sample(0, 9, 9))
  clock.add(sample(20, 4, 4))
  expect(clock.estimate(100)?.errorMs).toBe(4)
  clock.add(sample(2000, 1, 1))
  expect(clock.estimate(2010)).toMatchObject({ errorMs: 4, networkMs: 1 })
  expect(clock.estimate(3500)).toMatchObject({ errorMs: 1, networkMs: 1 })
})

test('drift is learnt, and carries the offset on between bursts', () => {
  const clock = new ClockSync()
  for (let t = 0; t <= 60_000; t += 10_000) burst(clock, t, 5000 + t * 40e-6)
  const { drift, offsetMs } = clock.estimate(70_000) ?? { drift: 0, offsetMs: 0 }
  expect(drift * 1e6).toBeCloseTo(40, 0)
  expect(offsetMs).toBeCloseTo(5000 + 70_000 * 40e-6, 2)
})

test.each([500, -500])(
  'a clock that is being set, %d ppm, is no step, however short the round trip',
  (ppm) => {
    const clock = new ClockSync()
    const ask = (t: number) => {
      for (let i = 0; i < 8; i++) clock.add(sample(t + i, 0.05, 0.05, 5000 + (t + i) * ppm * 1e-6))
    }
    ask(0)
    const epoch = clock.estimate(100)?.epoch
    for (const t of [2000, 4000, 6000, 8000, 10_000, 20_000, 30_000]) ask(t)
    expect(clock.inDoubt).toBe(false)
    expect(clock.estimate(30_100)?.epoch).toBe(epoch)
    expect((clock.estimate(30_100)?.drift ?? 0) * 1e6).toBeCloseTo(ppm, -1)
  },
)

test('a step is doubted once and believed the second time; one burst that errs is left out', () => {
  const clock = new ClockSync()
  for (let t = 0; t <= 50_000; t += 10_000) burst(clock, t)
  const epoch = clock.estimate(50_100)?.epoch
  burst(clock, 60_000, 5010)
  expect(clock.inDoubt).toBe(true)
  expect(clock.estimate(60_100)).toMatchObject({ offsetMs: 5000, epoch })
  burst(clock, 60_100)
  expect(clock.inDoubt).toBe(false)
  expect(clock.estimate(60_200)?.epoch).toBe(epoch)
  burst(clock, 70_000, 5010)
  burst(clock, 70_100, 5010)
  expect(clock.inDoubt).toBe(false)
  expect(clock.estimate(70_200)?.offsetMs).toBeCloseTo(5010, 6)
  expect(clock.estimate(70_200)?.epoch).not.toBe(epoch)
})

test('after a minute without an answer, and after a reset, nothing of before is left', () => {
  const clock = new ClockSync()
  burst(clock, 0)
  clock.add(sample(61_000, 20, 20, 7000))
  expect(clock.estimate(61_050)).toMatchObject({ offsetMs: 7000, errorMs: 20, networkMs: 20 })
  clock.reset()
  expect(clock.estimate(61_060)).toBeUndefined()
})

test('the date’s whole milliseconds average out, and a set clock is followed at once', () => {
  const skew = new DateSkew()
  for (let i = 0; i < 2000; i++) skew.add(Math.floor(777.3 + i * 2.9), i * 2.9)
  expect(skew.ms).toBeCloseTo(776.8, 1)
  skew.add(90_000, 5000)
  expect(skew.ms).toBe(85_000)
})

test.each([-19, -6, 5, 12])('a date that is set by %i ms is believed when it is read again', (stepMs) => {
  const skew = new DateSkew()
  for (let i = 0; i < 2000; i++) skew.add(Math.floor(777.3 + i * 2.9), i * 2.9)
  for (let i = 2000; i < 2010; i++) skew.add(Math.floor(777.3 + stepMs + i * 2.9), i * 2.9)
  expect(Math.abs(skew.ms - 776.8 - stepMs)).toBeLessThan(0.6)
})

test('a thread that is stopped between its two clocks is not', () => {
  const skew = new DateSkew()
  for (let i = 0; i < 2000; i++) {
    const stoppedMs = i % 50 === 49 ? 4 + (i % 7) : 0
    skew.add(Math.floor(777.3 + i * 2.9), i * 2.9 + stoppedMs)
  }
  expect(skew.ms).toBeCloseTo(776.8, 1)
})

test.each([
  ['that both count in 16.67 ms', 1000 / 60, 1000 / 60, 0],
  ['of which the date counts in 16 ms', 16, 0.02, -8],
  ['that differ more and more, by 500 ppm', 1, 0.005, -0.5],
])('clocks %s are averaged, not followed', (_, dateTickMs, localTickMs, meanMs) => {
  const skew = new DateSkew()
  const ppm = dateTickMs === 1 ? 500 : 0
  let worstMs = 0
  let worstStepMs = 0
  for (let i = 0; i < 5000; i++) {
    const ms = i * 5.01
    const date = 777.3 + ms * (1 + ppm * 1e-6)
    const before = skew.ms
    const read = () =>
      skew.add(Math.floor(date / dateTickMs) * dateTickMs, Math.floor(ms / localTickMs) * localTickMs)
    if (read()) read()
    if (i < 1000) continue
    worstMs = Math.max(worstMs, Math.abs(skew.ms - (777.3 + ms * ppm * 1e-6) - meanMs))
    worstStepMs = Math.max(worstStepMs, Math.abs(skew.ms - before))
  }
  expect(worstMs).toBeLessThan(1)
  expect(worstStepMs).toBeLessThan(0.1)
})
