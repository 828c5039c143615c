import { expect, onTestFinished, test } from 'vitest'
import type { ConsoleMessage } from '../../shared/wire/console-messages.ts'
import { FakeSocket } from '../fixtures/fake-socket.ts'
import { type Console, ConsoleFeed, type ConsoleSource, LOOK_MS, MOST_CONSOLES } from './console-feed.ts'

const ALL = { capture: true, levels: true, mix: true, listeners: true }
const OWN = { ...ALL, mix: false, listeners: false }

function opened() {
  const made = { capture: 0, mix: 0, listeners: 0 }
  const now = { ms: 0, capture: 'a', mix: 1, listeners: 0, sessions: ['main', 'other'] }
  const source: ConsoleSource = {
    capture: () => ({ made: ++made.capture }) as never,
    captureRevision: () => now.capture,
    mix: () => ({ made: ++made.mix }) as never,
    mixRevision: () => now.mix,
    listeners: (session) => {
      made.listeners++
      return [{ session: session ?? 'all' }] as never
    },
    listenersRevision: () => now.listeners,
    attend: (session) => now.sessions.includes(session),
  }
  const feed = new ConsoleFeed(source, () => now.ms)
  onTestFinished(() => feed.stop())
  const join = (over: Partial<Console> = {}) => {
    const socket = new FakeSocket()
    const one = { socket, session: 'main', sees: ALL, ...over }
    const taken = feed.add(one)
    const told = () => (socket.told as unknown as ConsoleMessage[]).splice(0)
    const types = () => told().map(({ type }) => type)
    return { one, socket, taken, types }
  }
  /** `ticks` looks later. */
  const pass = (ticks: number) => {
    for (let i = 0; i < ticks; i++) {
      now.ms += LOOK_MS
      feed.look()
    }
  }
  return { feed, made, now, join, pass }
}

test('a console is told everything at once, then what changes, and everything every second', () => {
  const { now, join, pass } = opened()
  const { socket } = join()
  const types = () => socket.told.map(({ type }) => type as string)
  expect(types()).toEqual(['capture', 'mix', 'listeners'])
  socket.sent.length = 0
  pass(8)
  expect(types()).toEqual([])
  now.mix++
  pass(1)
  expect(types()).toEqual(['mix'])
  socket.sent.length = 0
  pass(1)
  expect(types()).toEqual(['capture', 'mix', 'listeners'])
  socket.sent.length = 0
  now.capture = 'b'
  now.listeners++
  pass(1)
  expect(types()).toEqual(['capture', 'listeners'])
})

test('each state is made once for all, and none while nobody looks', () => {
  const { feed, made, join, pass } = opened()
  const all = [join(), join(), join({ sees: OWN, session: 'other' })]
  Object.assign(made, { capture: 0, mix: 0, listeners: 0 })
  pass(10)
  expect(made).toEqual({ capture: 1, mix: 1, listeners: 2 })
  for (const { one } of all) feed.remove(one)
  pass(20)
  feed.levels({ peak: [1], rms: [1] })
  expect(made).toEqual({ capture: 1, mix: 1, listeners: 2 })
})

test('a console is told what it may see, and of its own listeners only where it may not see all', () => {
  const { now, join, pass } = opened()
  const { socket, types } = join({ sees: OWN, session: 'other' })
  expect(socket.told.at(-1)).toEqual({ type: 'listeners', listeners: [{ session: 'other' }] })
  expect(types()).toEqual(['capture', 'listeners'])
  now.mix++
  pass(10)
  expect(types()).not.toContain('mix')
})

test('levels go out as they come; those that come all at once are one, with the highest peak', () => {
  const { feed, now, join } = opened()
  const { socket } = join()
  socket.sent.length = 0
  const hear = (ms: number, peak: number) => {
    now.ms = ms
    feed.levels({ peak: [peak], rms: [peak / 2] })
  }
  hear(100, 0.123456)
  hear(101, 0.9)
  hear(102, 0.4)
  hear(150, 0.2)
  expect(socket.told).toEqual([
    { type: 'levels', peak: [0.12346], rms: [0.06173] },
    { type: 'levels', peak: [0.9], rms: [0.1] },
  ])
})

test('a page that takes nothing is left out, counted, and cut off in the end; the others are told', () => {
  const { feed, join, pass } = opened()
  const slow = join()
  const quick = join()
  slow.socket.bufferedAmount = 70_000
  slow.socket.sent.length = 0
  pass(95)
  expect([slow.socket.sent.length, slow.socket.terminated]).toEqual([0, false])
  expect(feed.counters.skipped).toBeGreaterThan(20)
  expect(quick.socket.sent.length).toBeGreaterThan(20)
  slow.socket.bufferedAmount = 0
  pass(10)
  slow.socket.bufferedAmount = 70_000
  pass(95)
  expect(slow.socket.terminated).toBe(false)
  pass(10)
  expect([slow.socket.terminated, quick.socket.terminated, feed.counters.cut]).toEqual([true, false, 1])
})

test('as many of a session as there may be, and no more; another session has its own', () => {
  const { feed, join } = opened()
  const taken = Array.from({ length: MOST_CONSOLES + 1 }, () => join().taken)
  expect(taken).toEqual([...Array(MOST_CONSOLES).fill(true), false])
  expect([feed.size, feed.counters.refused]).toEqual([MOST_CONSOLES, 1])
  expect(join({ session: 'other' }).taken).toBe(true)
})

test('the console of a session that has been ended is told so', () => {
  const { now, join, pass } = opened()
  const { socket } = join({ session: 'other' })
  now.sessions = ['main']
  pass(1)
  expect(socket.closed?.code).toBe(4404)
})
