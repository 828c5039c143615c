import { expect, test } from 'vitest'
import { CLOSE, SILENT_MS } from '../../shared/wire/control.ts'
import { CODEC } from '../../shared/wire/packet.ts'
import { FakeSocket } from '../fixtures/fake-socket.ts'
import { FakeEncoders, pcmPacket } from '../fixtures/packets.ts'
import { zeroCounters } from '../streaming/counters.ts'
import { Ladder } from '../streaming/ladder.ts'
import { Listener } from '../streaming/listener.ts'
import type { Pressure } from '../streaming/pressure.ts'
import { TEND_MS, Tending } from './tending.ts'

const FRAMES = 120
const PACKET_MS = 2.5

function setUp({ pressure = 'calm' }: { pressure?: Pressure } = {}) {
  const clock = { nowMs: 0 }
  const counters = zeroCounters()
  const encoders = new FakeEncoders()
  const listeners = new Set<Listener>()
  const ladder = new Ladder({ encoders, nowMs: () => clock.nowMs, configure: () => {} })
  const tending = new Tending({ ladder, listeners, counters, pressure: () => pressure })
  const join = () => {
    const socket = new FakeSocket()
    const listener = new Listener(socket, socket, counters, () => clock.nowMs)
    listener.id = listeners.size + 1
    listeners.add(listener)
    ladder.add(listener)
    ladder.start(listener)
    return { socket, listener }
  }
  ladder.begin({ streamId: 1, rateHz: 48_000, periodFrames: FRAMES }, CODEC.pcm16)
  let next = 0
  /** The source plays, everybody but those in `mute` sends receipts, and the session looks after them. */
  const pass = (ms: number, { mute = [] as Listener[], opus = true, targetMs = 0 } = {}) => {
    for (const end = clock.nowMs + ms; clock.nowMs < end; clock.nowMs += PACKET_MS) {
      const { packet, header } = pcmPacket(next++, FRAMES, { streamId: 1 })
      ladder.publish(packet, header)
      if (clock.nowMs % TEND_MS !== 0) continue
      for (const listener of listeners) {
        if (mute.includes(listener)) continue
        const { packets, bytes } = listener.sent
        const rest = { latenessMs: 0, targetMs, episodes: 0, opus }
        listener.hear({ type: 'receipt', streamId: 1, position: next * FRAMES, packets, bytes, ...rest })
      }
      tending.tick(clock.nowMs)
    }
  }
  return { clock, counters, encoders, ladder, tending, join, pass }
}

test('who sends no receipts is closed after 5 s, told why, and then cut off; nobody else is', () => {
  const { counters, join, pass } = setUp()
  const [old, well] = [join(), join()]
  pass(SILENT_MS - TEND_MS, { mute: [old.listener] })
  expect(old.socket.closed).toBeUndefined()
  pass(2 * TEND_MS, { mute: [old.listener] })
  expect(old.socket.closed).toEqual({ code: CLOSE.silent, reason: expect.stringMatching(/5 s/) })
  expect(counters.silent).toBe(1)
  pass(1200, { mute: [old.listener] })
  expect(old.socket.terminated).toBe(true)
  expect(well.socket.closed).toBeUndefined()
  expect(counters.silent).toBe(1)
})

test('a server that stood still itself does not take its listeners for silent', () => {
  const { clock, join, pass } = setUp()
  const { socket, listener } = join()
  pass(1000)
  clock.nowMs += 60_000
  pass(1000, { mute: [listener] })
  expect(socket.closed).toBeUndefined()
  pass(5000, { mute: [listener] })
  expect(socket.closed?.code).toBe(CLOSE.silent)
})

test('a server that stood still itself does not take its encoders for mute', () => {
  const { clock, encoders, join, pass } = setUp()
  const { listener } = join()
  listener.wish = 'opus-96'
  pass(2000)
  expect(listener.rung).toBe('opus-96')
  clock.nowMs += 60_000
  // What was encoded comes after the first look.
  encoders.silent = true
  pass(200)
  expect(listener.rung).toBe('opus-96')
  pass(3000)
  expect(listener).toMatchObject({ rung: 'pcm16', reason: 'its encoder says nothing' })
})

test('a rung that was asked for is got, once the listener can decode it, and kept', () => {
  const { join, pass } = setUp()
  const { listener } = join()
  pass(1000, { opus: false })
  listener.wish = 'opus-96'
  pass(1000, { opus: false })
  expect(listener.rung).toBe('pcm16')
  pass(1000)
  expect(listener).toMatchObject({ rung: 'opus-96', reason: 'asked for' })
  pass(30_000)
  expect(listener.rung).toBe('opus-96')
  listener.wish = 'auto'
  pass(60_000)
  expect(listener.rung).toBe('pcm16')
})

test('everybody is told of their link twice a second', () => {
  const { join, pass } = setUp()
  const { socket } = join()
  pass(5000)
  const states = socket.told.filter(({ type }) => type === 'link_state')
  expect(states).toHaveLength(10)
  expect(states.at(-1)).toMatchObject({
    rung: 'pcm16',
    wish: 'auto',
    inFlightMs: 0,
    skipping: false,
    switches: 0,
    batch: 1,
  })
})

test('what is told to be in flight does not depend on how old the last receipt is', () => {
  const { clock, join, pass, tending } = setUp()
  const { socket, listener } = join()
  pass(5000)
  listener.flow.sent(listener.flow.sentTo, listener.flow.sentTo + 90 * 48)
  expect(listener.flow.queuedMs).toBeGreaterThan(80)
  for (let ticks = 0; ticks < 5; ticks++) tending.tick(clock.nowMs)
  expect(socket.told.filter(({ type }) => type === 'link_state').at(-1)).toMatchObject({ inFlightMs: 0 })
})

// After 15 s nobody remembers any PCM.
test.each([1000, 15_000])(
  'an encoder that dies after %d ms costs its listeners two seconds, not the sound',
  (ms) => {
    const { encoders, join, pass } = setUp()
    const { socket, listener } = join()
    listener.wish = 'opus-128'
    pass(ms)
    expect(listener.rung).toBe('opus-128')
    encoders.silent = true
    pass(2500)
    expect(listener).toMatchObject({ rung: 'pcm16', reason: 'its encoder says nothing' })
    const before = socket.frames.length
    pass(1000)
    expect(socket.frames.length).toBeGreaterThan(before + 300)
    encoders.silent = false
    pass(1000)
    expect(listener.rung).toBe('opus-128')
  },
)

test('who is on Opus and has no decoder gets PCM, and Opus again when the decoder has come', () => {
  const { join, pass } = setUp()
  const { socket, listener } = join()
  listener.wish = 'opus-96'
  pass(2000)
  expect(listener.rung).toBe('opus-96')
  pass(3000, { opus: false })
  expect(listener).toMatchObject({ rung: 'pcm16', reason: 'it has no decoder' })
  const before = socket.frames.length
  pass(1000, { opus: false })
  expect(socket.frames.length).toBeGreaterThan(before + 300)
  pass(1000)
  expect(listener.rung).toBe('opus-96')
})

test('a listener that comes hours after the last one has no more time to be silent than others', () => {
  const { clock, join, pass } = setUp()
  pass(1000)
  clock.nowMs += 3 * 3_600_000
  const { socket, listener } = join()
  pass(SILENT_MS + 2 * TEND_MS, { mute: [listener] })
  expect(socket.closed?.code).toBe(CLOSE.silent)
})

test.each([
  [0, 'calm', 1],
  [30, 'calm', 1],
  [50, 'calm', 2],
  [130, 'calm', 4],
  [400, 'calm', 8],
  [20, 'crowded', 4],
  [3, 'crowded', 1],
  [3, 'overloaded', 2],
  [20, 'overloaded', 8],
  [0, 'overloaded', 1],
] as const)(
  'with a target of %i ms and a server that is %s a message holds %i packets',
  (targetMs, pressure, batch) => {
    const { join, pass } = setUp({ pressure })
    const { listener } = join()
    pass(1000, { targetMs })
    expect(listener.batch).toBe(batch)
  },
)
