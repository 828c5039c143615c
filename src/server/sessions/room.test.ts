import { describe, expect, test } from 'vitest'
import { segmentAt } from '../../shared/room/segments.ts'
import { LIVE_ROUTE } from '../streaming/route.ts'
import { delayOf, RATE_HZ, roomRig } from './fixtures/room-rig.ts'
import { ForbiddenError } from './roles.ts'
import { TransportError } from './room/transport-error.ts'

describe('a group', () => {
  test('has one delay and one anchor for all, for the slowest and a margin, announced a second ahead', () => {
    const { room, join, pass } = roomRig()
    const first = join('together')
    pass(12)
    expect(delayOf(first)).toBe(65)
    const second = join('together', { needMs: 90 })
    pass(3)
    expect([delayOf(first), delayOf(second)]).toEqual([95, 95])
    expect(first.state()?.anchor).toEqual(second.state()?.anchor)
    const [command] = first.told('sync_command')
    expect(command).toMatchObject({
      mode: 'together',
      groupDelayMs: 95,
      slowest: { id: 2, latencyMs: 90 },
      delay: { fromMs: 65, toMs: 95 },
    })
    expect({ ...command, hrtime: '' }).toEqual({ ...second.told('sync_command')[0], hrtime: '' })
    const told = first.told('sync_state').find(({ delay }) => delay?.toMs === 95)
    expect((command?.serverUs ?? 0) - (told?.serverUs ?? 0)).toBeGreaterThanOrEqual(1e6 - 20_000)
    expect(room.steady.schedule.toMs).toBe(5000)
  })

  test('is told at most every 100 ms while it is not calm, and of many changes in one tick once', () => {
    const { room, join, pass } = roomRig()
    const member = join('together')
    const boss = join('live', null, 'controller')
    pass(1)
    const before = member.told('sync_state').length
    pass(1)
    expect(member.told('sync_state').length - before).toBe(10)
    member.socket.sent.length = 0
    room.setRoom(boss.listener, { fixedDelayMs: 80 })
    room.transport(boss.listener, { action: 'pause' })
    room.transport(boss.listener, { action: 'live' })
    room.transport(boss.listener, { action: 'seek', backMs: 5000 })
    room.tick()
    expect(member.told('sync_state')).toHaveLength(1)
    expect(member.state()?.scheduled).toMatchObject({ action: 'seek', backMs: 5000 })
  })

  test('that is calm is told once a second, and says so', () => {
    const { join, pass } = roomRig()
    const member = join('together')
    pass(15)
    member.socket.sent.length = 0
    pass(5)
    expect(member.told('sync_state').map(({ intervalMs }) => intervalMs)).toEqual([
      1000, 1000, 1000, 1000, 1000,
    ])
  })

  test('keeps a timer only while somebody is in it', () => {
    const { room, join, pass, busy } = roomRig()
    const live = join('live')
    expect(busy()).toBe(false)
    room.setMode(live.listener, 'steady')
    expect(busy()).toBe(true)
    pass(0.5)
    room.setMode(live.listener, 'live')
    expect(busy()).toBe(false)
    pass(0.5)
    room.setMode(live.listener, 'together')
    expect(busy()).toBe(true)
    room.leave(live.listener)
    expect(busy()).toBe(false)
  })
})

describe('the transport', () => {
  test('changes all groups at one time, each at its own place, for a controller', () => {
    const { room, join, pass, now } = roomRig()
    const boss = join('live', null, 'controller')
    const [together, steady] = [join('together'), join('steady')]
    pass(2)
    const { atUs } = room.transport(boss.listener, { action: 'pause' })
    expect(atUs).toBe(now() + 3e6)
    pass(1)
    for (const one of [boss, together, steady])
      expect(one.state()).toMatchObject({ playing: true, scheduled: { action: 'pause', atUs } })
    const [a, b] = [together, steady].map(({ listener }) => listener.route.segments.at(-1)?.from ?? 0)
    expect((a as number) - (b as number)).toBeCloseTo((5000 - 65) * 48, -1)
    pass(2.5)
    for (const one of [boss, together, steady])
      expect(one.state()).toMatchObject({ playing: false, scheduled: null })
    room.transport(boss.listener, { action: 'play', inMs: 1000 })
    pass(2)
    expect(together.state()?.playing).toBe(true)
    expect(together.state()?.backMs).toBeCloseTo(1500, -2)
  })

  test('goes as far back in all groups as the one that can least, and says what is left out', () => {
    const { room, join, pass } = roomRig({ steadyMs: 30_000 })
    const boss = join('together', {}, 'controller')
    const steady = join('steady', { heldMs: 29_000 })
    pass(12)
    room.transport(boss.listener, { action: 'pause' })
    pass(45)
    const { backMs, note } = room.transport(boss.listener, { action: 'play' })
    pass(5)
    expect([boss, steady].map((one) => one.state()?.backMs)).toEqual([backMs, backMs])
    expect(backMs).toBeCloseTo(33_000, -2)
    expect(note).toMatch(/^12\.\d s of what was paused are not held any more/)
    room.leave(steady.listener)
    room.transport(boss.listener, { action: 'pause' })
    pass(20)
    const alone = room.transport(boss.listener, { action: 'play' })
    pass(5)
    expect([alone.backMs, alone.note]).toEqual([expect.closeTo(53_000, -2), ''])
    expect(room.steady.timeline.backMs(room.scene.nowUs)).toBeCloseTo(alone.backMs, 6)
  })

  test('can go back as far as is told, whoever is there, and is told as far as all can go', () => {
    const { room, join, pass } = roomRig({ steadyMs: 30_000 })
    const boss = join('together', {}, 'controller')
    pass(12)
    expect(boss.state()?.seekableMs).toBe(59_500)
    room.transport(boss.listener, { action: 'seek', backMs: 59_500, inMs: 500 })
    pass(2)
    expect(boss.state()?.backMs).toBe(59_500)
    room.transport(boss.listener, { action: 'live', inMs: 500 })
    const steady = join('steady', { heldMs: 29_000 })
    pass(2)
    const seekable = [boss, steady].map((one) => one.state()?.seekableMs)
    expect(seekable).toEqual([30_000, 30_000])
    room.transport(boss.listener, { action: 'seek', backMs: 30_000, inMs: 500 })
    pass(2)
    expect([boss, steady].map((one) => one.state()?.backMs)).toEqual([30_000, 30_000])
  })

  test('is the same in all groups after one has got another delay', () => {
    const { room, join, pass } = roomRig()
    const boss = join('together', {}, 'controller')
    const steady = join('steady', { heldMs: 4000 })
    pass(12)
    room.transport(boss.listener, { action: 'seek', backMs: 20_000 })
    pass(5)
    room.setRoom(boss.listener, { steadyMs: 25_000 })
    pass(1)
    const { listener } = steady
    const heardFrames = ((room.scene.nowUs - 25e6) * RATE_HZ) / 1e6
    expect(segmentAt(listener.route.segments, heardFrames).shift).toBe(20 * RATE_HZ)
    room.transport(boss.listener, { action: 'pause' })
    pass(5)
    room.transport(boss.listener, { action: 'play' })
    pass(5)
    const [a, b] = [boss, steady].map((one) => one.state()?.backMs)
    expect(a).toBeCloseTo(25_000, -2)
    expect(b).toBeCloseTo(a as number, 0)
  })

  test.each(['listener', 'engineer'] as const)('of a mere %s is refused, and nothing changes', (role) => {
    const { room, join } = roomRig()
    const one = join('together', {}, role)
    const before = room.facts.audience.revision
    expect(() => room.transport(one.listener, { action: 'pause' })).toThrow(ForbiddenError)
    expect([room.facts.audience.revision, room.together.timeline.scheduled(0)]).toEqual([before, null])
  })

  test('for a settings right there is the engineer, too; a listener has none', () => {
    const { room, join } = roomRig()
    const [listener, engineer] = [join('together'), join('live', null, 'engineer')]
    expect(() => room.setRoom(listener.listener, { steadyMs: 1000 })).toThrow(ForbiddenError)
    expect(room.steady.fixedMs).toBe(5000)
    room.setRoom(engineer.listener, { steadyMs: 2000, pauseWhenLow: true })
    expect([room.steady.fixedMs, room.pauseWhenLow]).toEqual([2000, true])
  })

  test.each([
    ['too-soon', { action: 'pause', atUs: 1 }],
    ['too-soon', { action: 'pause', inMs: 0 }],
    ['too-late', { action: 'pause', atUs: Number.MAX_SAFE_INTEGER }],
    ['too-late', { action: 'pause', atUs: 1e308 }],
    ['nothing-to-do', { action: 'live' }],
    ['nothing-to-do', { action: 'play' }],
    ['too-far-back', { action: 'seek', backMs: 60_000 }],
  ] as const)('refuses what can not be had: %s of %j', (reason, wish) => {
    const { room, join, pass } = roomRig()
    const boss = join('together', {}, 'controller')
    pass(1)
    const { revision } = room.audience
    const { segments } = boss.listener.route
    let refused: unknown
    try {
      room.transport(boss.listener, wish)
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(TransportError)
    expect((refused as TransportError).reason).toBe(reason)
    expect(room.audience.revision).toBe(revision)
    expect(boss.listener.route.segments).toBe(segments)
  })

  test('is live again when the source begins anew, and those in charge are told', () => {
    const { room, join, pass } = roomRig()
    const boss = join('together', {}, 'controller')
    pass(1)
    room.transport(boss.listener, { action: 'pause', inMs: 500 })
    pass(1)
    expect(boss.state()?.playing).toBe(false)
    room.end()
    room.tick()
    expect(boss.state()?.anchor).toBeUndefined()
    expect(() => room.transport(boss.listener, { action: 'play' })).toThrow('The source is not playing.')
    room.begin(8, RATE_HZ, 120)
    pass(0.1)
    expect(boss.state()).toMatchObject({ streamId: 8, playing: true, anchor: expect.anything() })
    expect(boss.told('error').at(-1)).toMatchObject({
      reason: 'bad-transport',
      message: expect.stringMatching(/live/),
    })
  })
})

describe('what a listener is sent', () => {
  test('is of its group, and live again when it leaves that', () => {
    const { room, join, pass, moved } = roomRig()
    const one = join('live')
    expect(one.listener.route).toBe(LIVE_ROUTE)
    room.setMode(one.listener, 'steady')
    expect([one.listener.route.delayMs, one.listener.patienceMs]).toEqual([5000, 4500])
    expect(moved).toEqual([1])
    expect(one.state()).toMatchObject({ mode: 'steady', delay: { toMs: 5000 } })
    pass(2)
    expect(one.listener.patienceMs).toBe(4440)
    room.setMode(one.listener, 'live')
    expect([one.listener.route, one.listener.patienceMs]).toEqual([LIVE_ROUTE, 0])
    expect(one.state()).toMatchObject({ mode: 'live' })
    expect(one.state()).not.toHaveProperty('anchor')
    expect(moved).toEqual([1, 1])
  })

  test('does not begin anew as often as it likes, and ends as it wished last', () => {
    const { room, join, pass, moved } = roomRig()
    const one = join('live')
    for (let i = 0; i < 26; i++) {
      room.setMode(one.listener, i % 2 === 0 ? 'steady' : 'together')
      pass(0.02)
    }
    pass(0.5)
    expect(moved).toHaveLength(2)
    expect([room.steady.size, room.together.size]).toEqual([0, 1])
  })

  test('is sent again from further back where steady is to hold far more', () => {
    const { room, join, pass, moved } = roomRig()
    const boss = join('steady', { heldMs: 5000 }, 'controller')
    pass(2)
    room.setRoom(boss.listener, { steadyMs: 20_000 })
    pass(0.2)
    expect([boss.listener.route.delayMs, moved]).toEqual([20_000, [1]])
  })
})
