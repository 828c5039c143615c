// What a page says of itself, as the server takes it.
import { expect, test } from 'vitest'
import { type MemberChange, Members } from '../../../src/server/sessions/room/members.ts'
import type { SyncReport } from '../../../src/shared/wire/room-schema.ts'
import type { RoomEntry } from '../messages.ts'
import { FakeMember, RATE } from './fake-member.ts'

const DELAY_5S = { fromMs: 5000, toMs: 5000, atUs: 0 }
const at = (ms: number) => ({ fromMs: ms, toMs: ms, atUs: 0 })

function judged(entry: RoomEntry, state: ConstructorParameters<typeof FakeMember>[1] = {}) {
  const member = new FakeMember(entry, state)
  const members = new Members({ toleranceMs: 5, resyncMs: 30 })
  const reports: SyncReport[] = []
  const changes: MemberChange[] = []
  members.join(1, member.serverMs * 1000)
  member.onSaid = (message) => {
    if (message['type'] !== 'sync_report') return
    const report = message as SyncReport
    reports.push(report)
    members.report(1, report, member.serverMs * 1000)
  }
  return {
    member,
    members,
    reports,
    changes,
    run(seconds: number) {
      for (let i = 0; i < seconds * 10; i++) {
        member.run(100)
        changes.push(...members.step(member.serverMs * 1000, member.state.delay))
      }
    },
    /** Of all reports so far. */
    worstMs: () => Math.max(0, ...reports.filter((r) => r.locked).map((r) => Math.abs(r.driftMs))),
  }
}

test('an output that the rate can not follow is told of, and goes on being', () => {
  const it = judged({ mode: 'together' })
  it.member.devicePpm = 2500
  it.run(25)
  expect(it.members.worstDriftMs).toBeGreaterThan(5)
  expect(it.members.state(1)).toMatchObject({ status: 'slow', reason: expect.stringContaining('the room.') })
  it.run(35)
  expect(it.members.state(1)).toMatchObject({ status: 'degraded', reason: expect.stringContaining('muted') })
  const far = it.reports.filter(({ driftMs }) => Math.abs(driftMs) > 5)
  expect(far.length).toBeGreaterThan(20)
  expect(far.filter(({ locked }) => !locked)).toEqual([])
})

test('who is coming to the line is not out of step, from nothing and from live', () => {
  const alone = judged({ mode: 'together' })
  alone.run(6)
  const live = judged({ mode: 'live' })
  live.run(2)
  live.member.listener.room.setMode('together', live.member.nowMs)
  live.member.state = { ...live.member.state, mode: 'together' }
  live.run(6)
  for (const { reports, changes, worstMs } of [alone, live]) {
    expect(reports[0]?.locked).toBe(false)
    expect(reports.at(-1)?.locked).toBe(true)
    expect(worstMs()).toBeLessThan(1)
    expect(changes).toEqual([])
  }
})

test('a pause, an outage, another delay and another output are no drift', () => {
  const it = judged({ mode: 'together' })
  const { member } = it
  it.run(5)
  const from = member.sendFrom
  member.say({ type: 'segment', from, shift: 0, muted: true })
  it.run(3)
  member.shift = member.sendFrom - from
  member.say({ type: 'segment', from: member.sendFrom, shift: member.shift, muted: false })
  it.run(3)
  member.state = { ...member.state, delay: at(200), revision: 2 }
  it.run(3)
  member.state = { ...member.state, delay: at(120), revision: 3 }
  it.run(3)
  member.control.set('outputLeadMs', 25)
  it.run(3)
  expect(it.worstMs()).toBeLessThan(5)
  expect(it.changes).toEqual([])
  // What is missing is told, and that it was where it should be.
  member.delivers = false
  it.run(2)
  member.delivers = true
  it.run(12)
  expect(it.worstMs()).toBeLessThan(5)
  expect(it.changes.filter(({ reason }) => reason.includes('the room.'))).toEqual([])
})

test('a line that goes to where there is nothing yet is come to anew', () => {
  const it = judged({ mode: 'steady' }, { delay: at(1000) })
  const { member } = it
  member.sendFrom = member.edge - 128 * 344
  member.say({ type: 'segment', from: member.sendFrom, shift: 0, muted: false })
  it.run(5)
  // The axis jumps back by 10 s, and what it then needs comes a second later.
  member.state = { ...member.state, delay: at(11_000), revision: 2 }
  member.delivers = false
  member.say({ ...member.state, serverUs: member.serverMs * 1000 })
  it.run(1)
  member.delivers = true
  member.sendFrom = member.edge - Math.floor((11 * RATE) / 128) * 128
  member.say({ type: 'segment', from: member.sendFrom, shift: 0, muted: false })
  it.run(6)
  expect(Math.abs(member.errorMs)).toBeLessThan(1)
  expect(it.worstMs()).toBeLessThan(5)
  expect(it.changes).toEqual([])
  expect(it.reports.at(-1)?.locked).toBe(true)
})

test('what is held is what there is, also where more had come before', () => {
  const it = judged({ mode: 'steady' }, { delay: DELAY_5S })
  const { member } = it
  const { edge } = member
  member.sendFrom = edge - 128 * 344 * 5
  member.say({ type: 'segment', from: member.sendFrom, shift: 0, muted: false })
  it.run(8)
  expect(it.reports.at(-1)?.heldMs).toBeGreaterThan(4500)
  // It is sent again, from what is being played on, and slowly.
  member.say({ type: 'segment', from: Math.ceil(member.control.get('playPosition')), shift: 0, muted: false })
  member.sendFrom = Number.POSITIVE_INFINITY
  it.run(2)
  expect(it.reports.at(-1)?.heldMs).toBeLessThan(1000)
})
