// Members that are not in step: who is told, who is waited for, who is set aside and taken back.
import { describe, expect, test } from 'vitest'
import { GOOD_REPORT } from '../fixtures/sync-report.ts'
import type { Listener } from '../streaming/listener.ts'
import { delayOf, roomRig } from './fixtures/room-rig.ts'
import type { Room } from './room.ts'

describe('one who needs more than the room gives', () => {
  test('is slow, then set aside and muted, holds nobody back, and is taken back when it can keep up', () => {
    const { room, join, pass, reports } = roomRig()
    const well = join('together')
    const boss = join('live', null, 'controller')
    pass(5)
    const slow = join('together', { needMs: 480 })
    pass(10)
    expect(slow.state()).toMatchObject({ status: 'slow', members: { together: 2, slow: 1, degraded: 0 } })
    pass(30)
    expect(slow.state()).toMatchObject({ status: 'degraded', members: { slow: 0, degraded: 1 } })
    expect(slow.state()?.reason).toBe(
      'Your connection needs 480 ms, the room plays at 65 ms. You are muted until it can keep up.',
    )
    expect([delayOf(well), well.state()?.status]).toEqual([65, 'active'])
    expect(boss.told('drift_feedback').map(({ listener, status }) => [listener, status])).toEqual([
      [3, 'slow'],
      [3, 'degraded'],
    ])
    expect(well.told('drift_feedback')).toEqual([])
    reports.set(slow.listener, { needMs: 50 })
    pass(12)
    expect(slow.state()).toMatchObject({ status: 'active', reason: '' })
    expect(room.together.count('degraded')).toBe(0)
    expect(boss.told('drift_feedback').at(-1)).toMatchObject({ listener: 3, status: 'active' })
  })

  test.each([
    ['stands still for 500 ms every 4 s', 4, { missing: 0.5 }],
    ['stands still for 500 ms every 20 s', 20, { missing: 0.5 }],
    ['stands still and needs far more every 20 s', 20, { needMs: 350, missing: 0.5 }],
  ])('and %s changes nobody’s delay, set aside or not', (_how, everyS, stalled) => {
    const { room, join, pass, reports } = roomRig()
    const others = [40, 42, 45, 41].map((ms) => join('together', { needMs: ms }))
    pass(12)
    const bad = join('together', { needMs: 44 })
    const delays = new Set<number | undefined>()
    for (let s = 0; s < 600; s++) {
      reports.set(bad.listener, s % everyS === 0 ? { needMs: 44, ...stalled } : { needMs: 44 })
      pass(1)
      delays.add(room.together.schedule.toMs)
    }
    expect([...delays]).toEqual([50])
    for (const one of others) expect(one.state()?.status).toBe('active')
  })

  test('and is set aside can not raise the delay by saying nothing for a while', () => {
    const { join, pass, reports } = roomRig()
    const [well, lossy] = [join('together'), join('together', { needMs: 120 })]
    pass(12)
    reports.set(lossy.listener, { needMs: 120, missing: 0.08 })
    pass(240)
    expect([delayOf(well), lossy.state()?.status]).toEqual([65, 'degraded'])
    reports.delete(lossy.listener)
    pass(7)
    expect(lossy.state()?.status).toBe('timeout')
    reports.set(lossy.listener, { needMs: 120, missing: 0.08 })
    pass(5)
    expect([delayOf(well), lossy.state()?.status]).toEqual([65, 'degraded'])
  })

  test('is waited for again when the room would wait for it if it came now', () => {
    const { join, pass, reports } = roomRig()
    const alone = join('together', { needMs: 100 })
    pass(12)
    reports.set(alone.listener, { needMs: 450 })
    pass(60)
    expect([delayOf(alone), alone.state()?.status]).toEqual([105, 'degraded'])
    reports.set(alone.listener, { needMs: 150 })
    pass(20)
    expect(delayOf(alone)).toBe(155)
    expect(alone.state()).toMatchObject({
      status: 'degraded',
      reason: expect.stringContaining('needs 150 ms'),
    })
    pass(50)
    expect(alone.state()).toMatchObject({ status: 'active', reason: '' })
  })

  test('is waited for beside others, too, once nothing of its sound is missing', () => {
    const { join, pass, reports } = roomRig()
    const [well, lossy] = [join('together'), join('together', { needMs: 120 })]
    pass(12)
    expect(delayOf(well)).toBe(125)
    reports.set(lossy.listener, { needMs: 120, missing: 0.08 })
    pass(240)
    expect([delayOf(well), lossy.state()?.status]).toEqual([65, 'degraded'])
    reports.set(lossy.listener, { needMs: 120 })
    pass(25)
    expect([delayOf(well), lossy.state()?.status]).toEqual([125, 'degraded'])
    pass(60)
    expect([well.state()?.status, lossy.state()?.status]).toEqual(['active', 'active'])
  })

  test.each([
    ['leaves', (room: Room, listener: Listener) => room.leave(listener)],
    ['goes to live', (room: Room, listener: Listener) => room.setMode(listener, 'live')],
  ])('and %s is taken off the list of those in charge', (_how, goes) => {
    const { room, join, pass, reports } = roomRig()
    const well = join('together')
    const boss = join('live', null, 'controller')
    const slow = [join('together', { driftMs: 9 }), join('together', { driftMs: 9 })]
    const silent = join('together', { driftMs: 9 })
    pass(3)
    reports.delete(silent.listener)
    pass(6)
    expect(boss.state()?.members).toMatchObject({ slow: 2, degraded: 0, timeout: 1 })
    boss.socket.sent.length = 0
    for (const { listener } of [well, silent, ...slow.slice(1)]) {
      reports.delete(listener)
      goes(room, listener)
    }
    pass(2)
    const told = boss.told('drift_feedback').map(({ listener, status, reason }) => [listener, status, reason])
    expect(told).toEqual([
      [silent.listener.id, 'active', ''],
      [slow[1]?.listener.id, 'active', ''],
    ])
    expect(boss.state()?.members).toMatchObject({ slow: 1, timeout: 0 })
  })

  test('and is far out of step makes the room tell everybody at once, but not as often as it likes', () => {
    const { room, join, pass } = roomRig()
    const [well, bad] = [join('together'), join('together')]
    pass(15)
    well.socket.sent.length = 0
    for (let i = 0; i < 100; i++) {
      room.report(bad.listener, { ...GOOD_REPORT, driftMs: 31 })
      room.tick()
    }
    expect(well.told('sync_state')).toHaveLength(1)
  })

  test('and was so before somebody in charge came is told to them too, and to nobody else', () => {
    const { room, join, pass } = roomRig()
    join('together')
    const slow = join('together', { needMs: 480, driftMs: 3 })
    pass(50)
    const late = join('live', null, 'engineer')
    expect(late.told('drift_feedback')).toEqual([
      {
        type: 'drift_feedback',
        listener: slow.listener.id,
        driftMs: 3,
        status: 'degraded',
        reason: slow.state()?.reason,
        hrtime: expect.any(String),
      },
    ])
    expect(join('live', null).told('drift_feedback')).toEqual([])
    room.setMode(late.listener, 'steady')
    pass(1)
    expect(late.state()?.mode).toBe('steady')
    expect(late.told('drift_feedback')).toHaveLength(1)
  })
})

test('while the stream is not yet as old as the delay, nobody is out of step; from its beginning on, whoever is', () => {
  const { room, join, pass, reports } = roomRig()
  const members = [join('steady'), join('steady')]
  const boss = join('live', null, 'controller')
  pass(5)
  room.setRoom(boss.listener, { steadyMs: 100_000 })
  for (const { listener } of members)
    reports.set(listener, { missing: 1, driftMs: -35_000, locked: true, heldMs: 0 })
  pass(35)
  for (const { listener } of members) reports.set(listener, {})
  pass(20)
  expect(boss.told('drift_feedback')).toEqual([])
  const [, far] = members
  if (far) reports.set(far.listener, { driftMs: -35, locked: true })
  pass(5)
  expect(boss.told('drift_feedback')).toMatchObject([{ listener: 2, status: 'slow' }])
})
