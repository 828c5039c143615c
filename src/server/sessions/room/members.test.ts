import { describe, expect, test } from 'vitest'
import type { DelaySchedule } from '../../../shared/room/delay-schedule.ts'
import { type MemberChange, type MemberReport, Members } from './members.ts'

const AT_120: DelaySchedule = { fromMs: 120, toMs: 120, atUs: 0 }
const FINE: MemberReport = { needMs: 60, driftMs: 0.2, locked: true, missing: 0 }

/** One member that reports every second. */
function room() {
  const members = new Members({ toleranceMs: 5, resyncMs: 50 })
  let nowUs = 1e9
  const changes: (MemberChange & { s: number })[] = []
  members.join(4, nowUs)
  return {
    members,
    changes,
    now: () => nowUs,
    run(
      seconds: number,
      report: Partial<MemberReport> | undefined,
      delay: DelaySchedule = AT_120,
      obeyed?: (id: number) => boolean,
    ) {
      for (let i = 0; i < seconds * 10; i++) {
        if (report !== undefined && i % 10 === 0) members.report(4, { ...FINE, ...report }, nowUs)
        for (const change of members.step(nowUs, delay, obeyed))
          changes.push({ ...change, s: nowUs / 1e6 - 1000 })
        nowUs += 100_000
      }
    },
    statuses: () => changes.map(({ status }) => status),
  }
}

test('who does well is active, and nothing is told', () => {
  const it = room()
  it.run(60, {})
  expect(it.changes).toEqual([])
  expect(it.members.state(4)).toEqual({ status: 'active', reason: '' })
  expect(it.members.state(5)).toBeUndefined()
})

test.each([
  ['need', { needMs: 480 }, 'Your connection needs 480 ms, the room plays at 120 ms.'],
  ['behind', { driftMs: 12.34 }, 'Your sound is 12.3 ms behind the room.'],
  ['ahead', { driftMs: -9 }, 'Your sound is 9.0 ms ahead of the room.'],
  ['missing', { missing: 0.6 }, '6 % of the sound did not arrive in time.'],
])('slow for its %s, and says why; active again when that is over', (_, bad, reason) => {
  const it = room()
  it.run(5, {})
  it.run(1, bad)
  expect(it.members.state(4)).toEqual({ status: 'slow', reason })
  it.run(15, {})
  expect(it.statuses()).toEqual(['slow', 'active'])
  expect(it.changes.at(-1)?.reason).toBe('')
})

test('who needs a little more than the room gives is slow only when that is heard', () => {
  const it = room()
  it.run(60, { needMs: 139 })
  expect(it.changes).toEqual([])
  it.run(12, { needMs: 139, missing: 0.02 })
  expect(it.members.state(4)).toEqual({
    status: 'slow',
    reason: 'Your connection needs 139 ms, the room plays at 120 ms.',
  })
  it.run(30, { needMs: 139, missing: 0.02 })
  expect(it.members.state(4)?.status).toBe('degraded')
  it.run(25, { needMs: 139 })
  expect(it.members.state(4)?.status).toBe('active')
  it.run(1, { needMs: 139, locked: false })
  expect(it.members.state(4)?.status).toBe('slow')
})

test('drift counts only while it plays with the group', () => {
  const it = room()
  it.run(5, { driftMs: 40, locked: false })
  expect(it.changes).toEqual([])
  expect(it.members.worstDriftMs).toBe(0)
  it.run(1, { driftMs: -3 })
  expect(it.members.worstDriftMs).toBe(3)
})

test('beyond the resync threshold is told though the status is the same', () => {
  const it = room()
  it.run(3, { driftMs: 20 })
  it.run(3, { driftMs: 80 })
  expect(it.changes.map(({ status, driftMs }) => [status, driftMs])).toEqual([
    ['slow', 20],
    ['slow', 80],
  ])
})

describe('slow for 30 s', () => {
  test('is set aside, told why, and taken back after 10 s in which it could keep up', () => {
    const it = room()
    it.run(40, { needMs: 300 })
    expect(it.changes.map(({ status, s }) => [status, Math.round(s)])).toEqual([
      ['slow', 0],
      ['degraded', 30],
    ])
    expect(it.members.state(4)?.reason).toBe(
      'Your connection needs 300 ms, the room plays at 120 ms. You are muted until it can keep up.',
    )
    expect(it.members.count('degraded')).toBe(1)
    it.run(8, { needMs: 110 })
    it.run(1, { needMs: 150 })
    it.run(9, { needMs: 110 })
    expect(it.statuses()).toEqual(['slow', 'degraded'])
    it.run(4, { needMs: 110 })
    expect(it.statuses()).toEqual(['slow', 'degraded', 'active'])
    expect(it.members.count('active')).toBe(1)
  })

  test('is not taken back while it is out of step, and not called slow by turns', () => {
    const it = room()
    it.run(120, { driftMs: 12, locked: true })
    expect(it.statuses()).toEqual(['slow', 'degraded'])
    it.run(12, { driftMs: 2, locked: true })
    expect(it.statuses()).toEqual(['slow', 'degraded', 'active'])
  })

  test('is not taken back while sound is missing, or before it knows what it needs', () => {
    const it = room()
    it.run(40, { missing: 0.2 })
    it.run(30, { missing: 0.02 })
    it.run(30, { needMs: 0 })
    expect(it.statuses()).toEqual(['slow', 'degraded'])
    it.run(25, {})
    expect(it.statuses()).toEqual(['slow', 'degraded', 'active'])
  })

  test('counts again after 10 s for what the room would give, and is muted until it does', () => {
    const it = room()
    const obeyed = (id: number) => id === 4
    it.run(40, { missing: 0.2 })
    expect(it.members.counts(4)).toBe(false)
    it.run(15, { needMs: 200 }, AT_120, obeyed)
    expect(it.members.counts(4)).toBe(false)
    it.run(9, { needMs: 200 }, AT_120, obeyed)
    expect([it.members.counts(4), it.members.state(4)?.status]).toEqual([true, 'degraded'])
    expect(it.members.state(4)?.reason).toContain('needs 200 ms, the room plays at 120 ms.')
    it.run(2, { needMs: 200, missing: 0.1 }, AT_120, obeyed)
    expect(it.members.counts(4)).toBe(false)
    it.run(25, { needMs: 200 }, AT_120, obeyed)
    it.run(83, { needMs: 200 }, { fromMs: 120, toMs: 205, atUs: it.now() }, obeyed)
    expect(it.statuses()).toEqual(['slow', 'degraded', 'active'])
  })

  test('is not set aside while the room is on its way to what it needs', () => {
    const it = room()
    const moving = { fromMs: 120, toMs: 205, atUs: it.now() + 1e6 }
    it.run(120, { needMs: 200 }, moving)
    expect(it.statuses()).toEqual(['slow', 'active'])
    const away = room()
    away.run(120, { needMs: 240 }, moving)
    expect(away.statuses()).toEqual(['slow', 'degraded'])
  })

  test('one second well in between does not count', () => {
    const it = room()
    for (let i = 0; i < 4; i++) {
      it.run(9, { needMs: 300 })
      it.run(1, {})
    }
    expect(it.statuses()).toEqual(['slow', 'degraded'])
  })
})

test('who says nothing for 5 s has timed out; who was aside still is when it is back', () => {
  const it = room()
  it.run(1, {})
  it.run(6, undefined)
  it.run(1, {})
  expect(it.statuses()).toEqual(['timeout', 'active'])
  it.run(40, { needMs: 300 })
  it.run(10, undefined)
  it.run(2, {})
  expect(it.statuses()).toEqual(['timeout', 'active', 'slow', 'degraded', 'timeout', 'degraded'])
})

test('who has left is neither counted nor told of', () => {
  const it = room()
  it.run(1, { driftMs: 20 })
  it.members.leave(4)
  it.members.report(4, FINE, it.now())
  it.run(10, {})
  expect(it.statuses()).toEqual(['slow'])
  expect(it.members.count('slow')).toBe(0)
  expect(it.members.worstDriftMs).toBe(0)
})
