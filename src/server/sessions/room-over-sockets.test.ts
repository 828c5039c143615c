// A room as its members see it: a real server, real sockets, listeners that report as pages do.
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import type { SyncReport, Transport } from '../../shared/wire/room-schema.ts'
import { TestListener, testApp } from '../fixtures/test-app.ts'

/** How often these say how they do: more often than pages, so that nobody waits for it. */
const REPORT_MS = 200

class Member extends TestListener {
  needMs: number

  constructor(port: number, query: string, needMs: number) {
    super(port, { query })
    this.needMs = needMs
    const timer = setInterval(() => {
      if (this.socket.readyState === this.socket.OPEN) this.report()
    }, REPORT_MS)
    onTestFinished(() => clearInterval(timer))
  }

  report(over: Partial<SyncReport> = {}): void {
    const { needMs } = this
    const rest = {
      clockErrorMs: 0.1,
      driftMs: 0,
      locked: true,
      outputMs: 10,
      trimMs: 0,
      missing: 0,
      heldMs: 40,
    }
    this.say({ type: 'sync_report', needMs, ...rest, ...over })
  }

  wish(wish: Omit<Transport, 'type'>): void {
    this.say({ type: 'transport', ...wish })
  }

  say(message: unknown): void {
    this.socket.send(JSON.stringify(message))
  }

  get state() {
    return this.told('sync_state').at(-1)
  }
}

test('two together get the same delay and the same line; a slow one is set aside and taken back', async () => {
  const { port } = await testApp('in-time', { args: ['--slow-timeout-ms=1000'] })
  const [a, b] = [new Member(port, '?mode=together', 60), new Member(port, '?mode=together', 90)]
  await a.until(() => a.state?.delay?.toMs === 95)
  await b.until(() => b.state?.delay?.toMs === 95)
  const same = () => {
    const shared = a.told('sync_state').filter(({ serverUs, anchor }) => {
      const other = b.told('sync_state').find((state) => state.serverUs === serverUs)
      return anchor !== undefined && JSON.stringify(other?.anchor) === JSON.stringify(anchor)
    })
    return shared.length >= 5
  }
  await a.until(same)
  expect(a.state?.anchor?.rateHz).toBeCloseTo(44_100, -3)

  const slow = new Member(port, '?mode=together', 480)
  await slow.until(() => slow.state?.status === 'degraded')
  expect(slow.state?.reason).toMatch(
    /^Your connection needs 480 ms, the room plays at \d+ ms\. You are muted/,
  )
  expect([a.state?.delay?.toMs, a.state?.status]).toEqual([95, 'active'])
  slow.needMs = 50
  await slow.until(() => slow.state?.status === 'active')
})

test('a controller pauses, plays and goes back at a time, and every group is told the same', async () => {
  const { port } = await testApp('in-time')
  const boss = new Member(port, '?mode=together&role=controller', 60)
  const guests = [new Member(port, '?mode=together', 60), new Member(port, '?mode=steady', 60)]
  const live = new Member(port, '', 60)
  const all = [boss, ...guests, live]
  await Promise.all(all.map((one) => one.until(() => one.packets.length > 0)))
  const heard = (playing: boolean) =>
    Promise.all(
      all.map((one) => one.until(() => one.state?.playing === playing && one.state.scheduled === null)),
    )

  boss.wish({ action: 'pause', inMs: 600 })
  await Promise.all(all.map((one) => one.until(() => one.state?.scheduled?.action === 'pause')))
  expect(new Set(all.map((one) => one.state?.scheduled?.atUs)).size).toBe(1)
  await heard(false)
  await boss.until(() => boss.told('segment').some(({ muted }) => muted))
  boss.wish({ action: 'play', inMs: 600 })
  await heard(true)
  await boss.until(() => boss.told('segment').some(({ muted, shift }) => !muted && shift > 0))
  expect(boss.state?.backMs).toBeGreaterThan(500)
  boss.wish({ action: 'live', inMs: 600 })
  await boss.until(() => boss.state?.scheduled?.action === 'live')
  await boss.until(() => boss.state?.scheduled === null)
  expect(boss.state?.backMs).toBe(0)
  // Who plays live hears nothing of all that.
  expect(live.told('segment')).toEqual([])
})

test('a listener’s wishes are refused and change nothing; so is what nobody can mean', async () => {
  const { app, port } = await testApp('in-time')
  const listener = new Member(port, '?mode=together', 60)
  const boss = new Member(port, '?mode=together&role=controller', 60)
  await listener.until(() => listener.state?.delay?.toMs === 65)
  await boss.until(() => boss.packets.length > 0)
  await boss.until(() => boss.state?.delay?.toMs === 65)
  const { room } = app.session
  const before = { revision: room.audience.revision, segments: room.together.timeline.segments }
  const tell = async (member: Member, messages: unknown[], reason: string) => {
    const told = member.told('error').length
    for (const message of messages) member.say(message)
    await member.until(() => member.told('error').length === told + messages.length)
    for (const error of member.told('error').slice(told)) expect(error).toMatchObject({ reason })
  }
  await tell(
    listener,
    [
      { type: 'transport', action: 'pause' },
      { type: 'transport', action: 'seek', backMs: 1000 },
      { type: 'set_room', fixedDelayMs: 400 },
      { type: 'set_room', steadyMs: 60_000, pauseWhenLow: true },
    ],
    'forbidden',
  )
  await tell(
    listener,
    [
      { type: 'set_mode', mode: 7 },
      { type: 'sync_report', needMs: -1 },
      { type: 'sync_report', needMs: '60' },
      { type: 'set_role', role: 'controller' },
    ],
    'bad-message',
  )
  await tell(
    boss,
    [
      { type: 'transport', action: 'pause', atUs: '1' },
      { type: 'transport', action: 'pause', atUs: -1 },
      { type: 'transport', action: 'pause', inMs: 1e300 },
      { type: 'set_room', fixedDelayMs: 1e9 },
    ],
    'bad-message',
  )
  await tell(
    boss,
    [
      { type: 'transport', action: 'pause', atUs: 0 },
      { type: 'transport', action: 'pause', atUs: 1.5e300 },
      { type: 'transport', action: 'seek', backMs: 60_000 },
      { type: 'transport', action: 'play' },
    ],
    'bad-transport',
  )
  expect({ revision: room.audience.revision, segments: room.together.timeline.segments }).toEqual(before)
  expect([room.together.schedule.toMs, room.steady.schedule.toMs, room.pauseWhenLow]).toEqual([
    65,
    5000,
    false,
  ])
})

test('who changes its mode is told of its new group at once, and sent what that hears', async () => {
  const { port } = await testApp('in-time')
  const one = new Member(port, '', 60)
  await one.until(() => one.packets.length > 100)
  expect(one.state).toMatchObject({ mode: 'live', status: 'active' })
  expect(one.state).not.toHaveProperty('delay')
  one.say({ type: 'set_mode', mode: 'steady' })
  await one.until(() => one.state?.mode === 'steady')
  await one.until(() => one.told('segment').length > 0)
  expect(one.state?.delay).toMatchObject({ fromMs: 5000, toMs: 5000 })
  const left = once(one.socket, 'close')
  one.socket.close()
  await left
})
