import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DelaySchedule, delayMsAt } from '../../../shared/room/delay-schedule.ts'
import { type DelayChange, GroupDelay } from './group-delay.ts'

const MIN_MS = 20
const MAX_MS = 400

interface Told {
  needMs: number
  missing?: number
}

/** A group that reports every second and is asked ten times a second. */
function group(options: { fixedDelayMs?: number } = {}) {
  const delay = new GroupDelay({ minMs: MIN_MS, maxMs: MAX_MS, ...options })
  const changes: (DelayChange & { nowUs: number })[] = []
  let nowUs = 1e9
  const step = (frozen: boolean) => {
    const change = delay.step(nowUs, frozen)
    if (change !== undefined) changes.push({ ...change, nowUs })
  }
  return {
    delay,
    changes,
    now: () => nowUs,
    goals: () => changes.map(({ schedule }) => schedule.toMs),
    run(seconds: number, told: (s: number) => Record<number, number | Told>, frozen = false) {
      for (let s = 0; s < seconds; s++) {
        for (const [id, one] of Object.entries(told(s))) {
          const { needMs, missing = 0 } = typeof one === 'number' ? { needMs: one } : one
          delay.report(Number(id), { needMs, missing, clockErrorMs: 1, locked: true }, nowUs)
        }
        for (let i = 0; i < 10; i++) {
          step(frozen)
          nowUs += 100_000
        }
      }
    },
  }
}

test('the first member sets it at once, with the margin, within the bounds', () => {
  const it = group()
  it.run(3, () => ({ 7: 60 }))
  expect(it.changes).toEqual([
    {
      schedule: { fromMs: 65, toMs: 65, atUs: 1e9 },
      slowest: { id: 7, latencyMs: 60 },
      atOnce: true,
      nowUs: 1e9,
    },
  ])
  const quick = group()
  quick.run(1, () => ({ 1: 3 }))
  expect(quick.goals()).toEqual([MIN_MS])
  const slow = group()
  slow.run(20, () => ({ 1: 900 }))
  expect(slow.goals()).toEqual([MAX_MS])
})

test('what its first reports did not know yet is put right at once, in its first 10 s', () => {
  const it = group()
  it.run(1, () => ({ 1: 34 }))
  it.run(3, () => ({ 1: 46 }))
  it.run(6, () => ({ 1: 51 }))
  it.run(10, () => ({ 1: 70 }))
  expect(it.changes.map(({ schedule, atOnce }) => [schedule.toMs, atOnce])).toEqual([
    [39, true],
    [51, true],
    [56, false],
    [75, false],
  ])
})

test('who does not know what it needs decides nothing', () => {
  const it = group()
  it.run(3, () => ({ 1: 0 }))
  it.delay.report(2, { needMs: 70, missing: 0, clockErrorMs: 2000, locked: true }, it.now())
  it.run(3, () => ({}))
  expect(it.changes).toEqual([])
})

describe('raised', () => {
  test('for whoever says twice that it needs more, announced a second ahead', () => {
    const it = group()
    it.run(10, () => ({ 1: 60, 2: 50 }))
    it.run(1, () => ({ 1: 60, 2: 80 }))
    it.run(2, () => ({ 1: 60, 2: 50 }))
    expect(it.goals()).toEqual([65])
    it.run(3, () => ({ 1: 60, 2: 80 }))
    expect(it.goals()).toEqual([65, 85])
    const { schedule, nowUs, slowest, atOnce } = it.changes.at(-1) as DelayChange & { nowUs: number }
    expect(schedule).toEqual({ fromMs: 65, toMs: 85, atUs: nowUs + 1e6 })
    expect([slowest, atOnce]).toEqual([{ id: 2, latencyMs: 80 }, false])
  })

  test('a leap is believed after three reports', () => {
    const it = group()
    it.run(5, () => ({ 1: 40 }))
    it.run(60, (s) => ({ 1: s % 3 === 2 ? 40 : 300 }))
    expect(it.goals()).toEqual([45])
    it.run(3, () => ({ 1: 300 }))
    expect(it.goals()).toEqual([45, 305])
  })

  test('reports that come all at once are one', () => {
    const it = group()
    it.run(5, () => ({ 1: 40 }))
    for (let i = 0; i < 9; i++)
      it.delay.report(1, { needMs: 300, missing: 0.5, clockErrorMs: 1, locked: true }, it.now())
    it.run(1, () => ({}))
    it.run(20, () => ({ 1: 40 }))
    expect(it.goals()).toEqual([45])
  })

  test('also for who misses sound though the delay should do, but not without end', () => {
    const it = group()
    it.run(10, () => ({ 1: 40, 2: 50 }))
    it.run(20, () => ({ 1: 40, 2: { needMs: 50, missing: 0.03 } }))
    expect(it.goals()).toEqual([55, 65])
    it.run(200, () => ({ 1: 40, 2: { needMs: 50, missing: 0.03 } }))
    expect(it.goals()).toEqual([55, 65, 75, 85])
    it.run(200, () => ({ 1: 40, 2: 50 }))
    expect(it.goals()).toEqual([55, 65, 75, 85, 55])
  })

  test('not for one stall, and not for who misses far more than delay could mend', () => {
    const it = group()
    it.run(10, () => ({ 1: 40, 2: 50 }))
    it.run(100, (s) => ({ 1: 40, 2: { needMs: 50, missing: s % 10 === 0 ? 0.5 : 0 } }))
    it.run(60, () => ({ 1: 40, 2: { needMs: 50, missing: 0.4 } }))
    expect(it.goals()).toEqual([55])
  })
})

test('lowered once a minute, by 5 ms at least, to what a minute needed', () => {
  const it = group()
  it.run(90, (s) => ({ 1: 60, 2: s < 20 ? 100 : s < 40 ? 90 : 70 }))
  expect(it.goals()).toEqual([105, 95])
  it.run(60, () => ({ 1: 60, 2: 70 }))
  expect(it.goals()).toEqual([105, 95, 75])
  it.run(180, () => ({ 1: 60, 2: 67 }))
  expect(it.goals()).toEqual([105, 95, 75])
  const times = it.changes.map(({ nowUs }) => nowUs)
  for (let i = 1; i < times.length; i++)
    expect((times[i] as number) - (times[i - 1] as number)).toBeGreaterThanOrEqual(60e6)
})

test('by as little as 2 ms once it has been too much for five minutes, and not again for what was needed meanwhile', () => {
  const it = group()
  it.run(60, () => ({ 1: 60, 2: 64 }))
  it.delay.leave(2)
  it.run(290, () => ({ 1: 60 }))
  expect(it.goals()).toEqual([69])
  it.run(80, () => ({ 1: 60 }))
  expect(it.goals()).toEqual([69, 65])
  it.run(1200, (s) => ({ 1: s % 200 < 20 ? 63.5 : 60 }))
  it.run(600, () => ({ 1: 58.5 }))
  expect(it.goals()).toEqual([69, 65])
})

test('needed now and then, a little more is kept', () => {
  const it = group()
  it.run(1800, (s) => ({ 1: s % 240 < 5 ? 64 : 60 }))
  expect(it.goals()).toEqual([69])
})

test('the need of who has left, says nothing, or is set aside is gone after a minute', () => {
  for (const [how, told] of [
    ['left', { 1: 60 }],
    ['silent', { 1: 60 }],
    ['aside', { 1: 60, 2: 120 }],
  ] as const) {
    const it = group()
    it.run(20, () => ({ 1: 60, 2: 120 }))
    if (how === 'left') it.delay.leave(2)
    if (how === 'aside') it.delay.setAside(2, true)
    it.run(70, () => told)
    expect(it.goals(), how).toEqual([125, 65])
  }
})

describe('where everybody is set aside', () => {
  test('the delay is for them, as it would be if they came now', () => {
    const it = group()
    it.run(12, () => ({ 1: 100 }))
    it.delay.setAside(1, true)
    it.run(60, () => ({ 1: 900 }))
    expect(it.goals()).toEqual([105])
    it.run(5, () => ({ 1: { needMs: 150, missing: 0.3 } }))
    expect(it.goals()).toEqual([105, 155])
  })

  test('but for one who only says nothing at the moment', () => {
    const it = group()
    it.run(12, () => ({ 1: 60, 2: 120 }))
    it.delay.setAside(2, true)
    it.run(80, () => ({ 1: 60, 2: 120 }))
    it.run(80, () => ({ 2: 120 }))
    expect(it.goals()).toEqual([125, 65])
  })
})

test('who would be obeyed: not far more than the others need, than there may be, or than is set', () => {
  const it = group()
  it.run(12, () => ({ 1: 40, 2: 42, 3: 45, 4: 41, 5: 300, 6: 90 }))
  it.delay.setAside(6, true)
  expect([1, 5, 6, 7].filter((id) => it.delay.wouldObey(id))).toEqual([1, 6])
  it.delay.fix(60)
  expect(it.delay.wouldObey(6)).toBe(false)
  const far = group()
  far.run(12, () => ({ 1: 900 }))
  expect(far.delay.wouldObey(1)).toBe(false)
})

describe('nobody is held back', () => {
  const four = (odd: number) => ({ 1: 40, 2: 42, 3: 45, 4: 41, 5: odd })

  test('by one with stalls of half a second', () => {
    const it = group()
    it.run(10, () => four(44))
    it.run(300, (s) => four(s % 20 < 5 ? 350 : 44))
    it.run(60, () => four(350))
    expect(it.goals()).toEqual([50])
    expect(it.delay.isOutlier(5, it.now())).toBe(true)
    it.run(12, () => four(44))
    expect(it.delay.isOutlier(5, it.now())).toBe(false)
  })

  test('by one that comes with far more, or with more than there may be', () => {
    const it = group()
    it.run(10, () => ({ 1: 40, 2: 42, 3: 45, 4: 41 }))
    it.run(120, () => four(200))
    expect(it.goals()).toEqual([50])
    const two = group()
    two.run(10, () => ({ 1: 40 }))
    two.run(120, () => ({ 1: 40, 2: 900 }))
    expect(two.goals()).toEqual([45])
  })

  test('nor when the delay is raised for another meanwhile', () => {
    const it = group()
    it.run(10, () => four(44))
    it.run(4, () => four(350))
    it.run(4, () => ({ ...four(350), 4: 70 }))
    expect(it.goals()).toEqual([50, 75])
  })

  test('but who needs what is usual is waited for, however quick the others are', () => {
    const it = group()
    it.run(10, () => ({ 1: 20, 2: 20, 3: 20, 4: 20 }))
    it.run(10, () => ({ 1: 20, 2: 20, 3: 20, 4: 20, 5: 90 }))
    expect(it.goals()).toEqual([25, 95])
  })
})

test('frozen it stays, and goes on when that is over', () => {
  const it = group()
  it.run(5, () => ({ 1: 40 }))
  it.run(30, () => ({ 1: 60 }), true)
  expect(it.goals()).toEqual([45])
  it.run(1, () => ({ 1: 60 }))
  expect(it.goals()).toEqual([45, 65])
})

test('a fixed delay is obeyed: moved there when near, set when far', () => {
  const it = group()
  it.run(5, () => ({ 1: 40 }))
  it.delay.fix(120)
  it.run(120, () => ({ 1: 300 }))
  it.delay.fix(5000)
  it.run(5, () => ({ 1: 300 }))
  it.delay.fix(undefined)
  it.run(5, () => ({ 1: 50 }))
  expect(it.changes.map(({ schedule, atOnce, slowest }) => [schedule.toMs, atOnce, slowest?.id])).toEqual([
    [45, true, 1],
    [120, false, undefined],
    [5000, true, undefined],
    [55, true, 1],
  ])
  const steady = group({ fixedDelayMs: 5000 })
  steady.run(5, () => ({}))
  expect(steady.goals()).toEqual([5000])
  steady.run(100, () => ({ 1: 90 }))
  steady.delay.leave(1)
  steady.run(5, () => ({}))
  expect(steady.goals()).toEqual([5000])
})

test('after the last one has left, the next begins anew', () => {
  const it = group()
  it.run(5, () => ({ 1: 200 }))
  it.delay.leave(1)
  it.run(5, () => ({ 2: 30 }))
  expect(it.changes.map(({ schedule, atOnce }) => [schedule.toMs, atOnce])).toEqual([
    [205, true],
    [35, true],
  ])
})

test('whatever is reported: within the bounds, no steps, nothing changed sooner than announced', () => {
  const needs = fc.array(
    fc.record({
      seconds: fc.integer({ min: 1, max: 90 }),
      told: fc.dictionary(
        fc.constantFrom('1', '2', '3', '4', '5'),
        fc.record({
          needMs: fc.double({ min: 0, max: 800, noNaN: true }),
          missing: fc.constantFrom(0, 0, 0.02, 0.5),
        }),
      ),
      frozen: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(needs, (list) => {
      const it = group()
      for (const { seconds, told, frozen } of list) it.run(seconds, () => told, frozen)
      let last: DelaySchedule | undefined
      let startedUs: number | undefined
      for (const { schedule, atOnce, nowUs } of it.changes) {
        expect(schedule.toMs).toBeGreaterThanOrEqual(MIN_MS)
        expect(schedule.toMs).toBeLessThanOrEqual(MAX_MS)
        startedUs ??= nowUs
        if (last === undefined) expect(atOnce).toBe(true)
        if (atOnce) expect(nowUs - startedUs).toBeLessThan(10e6)
        if (last !== undefined && !atOnce)
          for (const us of [0, 0.5e6, 1e6])
            expect(delayMsAt(schedule, nowUs + us)).toBeCloseTo(delayMsAt(last, nowUs + us), 9)
        last = schedule
      }
    }),
    { numRuns: 60 },
  )
})
