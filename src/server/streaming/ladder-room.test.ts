import { describe, expect, test } from 'vitest'
import { LIVE_SEGMENT, type Segment } from '../../shared/room/segments.ts'
import type { RungName } from '../../shared/rungs.ts'
import { CODEC, FLAG_GAP, FLAG_WARM_UP } from '../../shared/wire/packet.ts'
import { FakeSocket } from '../fixtures/fake-socket.ts'
import { FakeEncoders, pcmPacket } from '../fixtures/packets.ts'
import { readSent } from '../fixtures/sent-audio.ts'
import { zeroCounters } from './counters.ts'
import { Ladder } from './ladder.ts'
import { MUTE_RUNG_MS, OVERLAP_MS, RUNG_LINGER_MS } from './limits.ts'
import { Listener } from './listener.ts'
import { LIVE_ROUTE, type Route } from './route.ts'

const RATE_HZ = 48_000
const FRAMES = 120
const PACKET_MS = 2.5
const MS = RATE_HZ / 1000
const STREAM = { streamId: 7, rateHz: RATE_HZ, periodFrames: FRAMES }

const back = (ms: number): Route => ({ segments: [{ from: 0, shift: ms * MS, muted: false }], delayMs: 100 })
const steady = (delayMs: number, segments: Segment[] = [LIVE_SEGMENT]): Route => ({ segments, delayMs })

function setUp() {
  const clock = { nowMs: 0 }
  const encoders = new FakeEncoders()
  const ladder = new Ladder({ encoders, nowMs: () => clock.nowMs, configure: () => {} })
  const counters = zeroCounters()
  const all: { socket: FakeSocket; listener: Listener; reads: boolean }[] = []
  const join = (rung: RungName, route: Route = LIVE_ROUTE, patienceMs = 0, from?: number) => {
    const socket = new FakeSocket()
    const asked = { wish: 'auto' as const, start: rung }
    const listener = new Listener(socket, socket, counters, () => clock.nowMs, asked)
    Object.assign(listener, { route, patienceMs })
    const one = { socket, listener, reads: true }
    all.push(one)
    ladder.add(listener)
    ladder.start(listener, from)
    return one
  }
  let next = 0
  ladder.begin(STREAM, CODEC.pcm16)
  const play = (ms: number) => {
    for (const end = clock.nowMs + ms; clock.nowMs < end; clock.nowMs += PACKET_MS) {
      const { packet, header } = pcmPacket(next++, FRAMES)
      ladder.publish(packet, header)
      if (clock.nowMs % 50 !== 0) continue
      for (const { listener, reads } of all) {
        const { packets, bytes } = listener.sent
        const rest = { latenessMs: 0, targetMs: 0, episodes: 0, opus: true }
        const position = listener.flow.sentTo || 0
        if (reads) listener.hear({ type: 'receipt', streamId: 7, position, packets, bytes, ...rest })
      }
    }
  }
  return { clock, encoders, ladder, join, play, edge: () => next * FRAMES }
}

/** Nothing is missing between two packets that are played, and little is played twice. */
function expectNoHole(socket: FakeSocket): void {
  const played = readSent(socket).filter(({ flags }) => (flags & FLAG_WARM_UP) === 0)
  for (const [i, { from, flags }] of played.entries()) {
    const to = played[i - 1]?.to ?? from
    expect(flags & FLAG_GAP).toBe(0)
    expect(from).toBeLessThanOrEqual(to)
    expect(from).toBeGreaterThanOrEqual(to - (OVERLAP_MS + 20) * MS)
  }
}

describe('a switch', () => {
  test.each([
    ['pcm16', 'opus-128'],
    ['opus-96', 'pcm16'],
    ['opus-64', 'opus-256'],
  ] as const)('%s → %s of who is 2 s back waits until the new rung reaches back so far', (from, to) => {
    const { ladder, join, play, edge } = setUp()
    join(from)
    play(3000)
    const { socket, listener } = join(from, back(2000))
    play(100)
    ladder.move(listener, to, 'asked for')
    play(2000)
    expect(listener.rung).toBe(from)
    play(200)
    expect(listener.rung).toBe(to)
    play(500)
    expectNoHole(socket)
    expect(readSent(socket).at(-1)?.to).toBeGreaterThan(edge() - 30 * MS)
  })

  test('of who is behind misses nothing', () => {
    const { ladder, join, play, edge } = setUp()
    join('opus-96')
    const one = join('pcm16', steady(5000), 4000)
    play(3000)
    one.reads = false
    play(2500)
    expect(one.listener.place.behindMs).toBeGreaterThan(2000)
    ladder.move(one.listener, 'opus-96', 'less')
    one.reads = true
    play(4000)
    expect(one.listener.rung).toBe('opus-96')
    expectNoHole(one.socket)
    expect(one.listener.place.behind).toBe(false)
    expect(readSent(one.socket).at(-1)?.to).toBeGreaterThan(edge() - 30 * MS)
  })

  test('from a rung that has fallen silent goes on where something is', () => {
    const { clock, encoders, ladder, join, play, edge } = setUp()
    const one = join('opus-128', back(1000))
    play(3000)
    encoders.silent = true
    play(MUTE_RUNG_MS + 100)
    expect(ladder.isMute(one.listener, clock.nowMs)).toBe(true)
    ladder.move(one.listener, 'pcm16', 'its encoder says nothing')
    play(1500)
    expect(one.listener.rung).toBe('pcm16')
    expect(readSent(one.socket).at(-1)?.to).toBe(edge())
  })

  test('is over when another group is joined in the middle of it', () => {
    const { ladder, encoders, join, play, edge } = setUp()
    const one = join('pcm16')
    join('opus-128')
    play(1000)
    encoders.silent = true
    play(50)
    ladder.move(one.listener, 'opus-128', 'asked for')
    encoders.silent = false
    const asked = edge() - 300 * MS
    one.listener.route = steady(500)
    ladder.restart(one.listener, asked)
    const restarted = one.socket.told.at(-1)
    play(2000)
    expect(one.listener).toMatchObject({ rung: 'opus-128', switches: 1 })
    expect(restarted).toMatchObject({ type: 'segment', from: asked, shift: 0 })
    const again = readSent(one.socket).filter(({ from, flags }) => from >= asked && flags === 0)
    expect(again[0]?.from).toBe(asked)
    expect(again.at(-1)?.to).toBeGreaterThan(edge() - 30 * MS)
  })
})

describe('in a room that is behind live', () => {
  test('who comes on a rung that nobody had is served by another until that remembers what is played', () => {
    const { join, play } = setUp()
    join('pcm16')
    play(6000)
    const one = join('opus-96', back(2000))
    play(500)
    expect(one.listener.rung).toBe('pcm16')
    expect(readSent(one.socket).length).toBeGreaterThan(100)
    play(2500)
    expect(one.listener.rung).toBe('opus-96')
    expectNoHole(one.socket)
  })

  test('and who joins it from live on a rung that has just been opened', () => {
    const { ladder, join, play } = setUp()
    join('pcm16')
    play(6000)
    const one = join('opus-128')
    play(500)
    one.listener.route = back(3000)
    ladder.restart(one.listener)
    const before = one.socket.sent.length
    play(500)
    expect(one.listener.rung).toBe('pcm16')
    expect(readSent(one.socket, before).length).toBeGreaterThan(100)
    play(4000)
    expect(one.listener.rung).toBe('opus-128')
  })
})

describe('how far back they can go', () => {
  test('is what all their rungs remember', () => {
    const { ladder, join, play, edge } = setUp()
    const first = join('pcm16')
    play(3000)
    const second = join('opus-256')
    play(1000)
    const of = (...all: { listener: Listener }[]) => all.map(({ listener }) => listener)
    expect(ladder.oldest(of(first))).toBe(0)
    expect(ladder.oldest(of(first, second))).toBe(edge() - 1000 * MS)
    expect(ladder.oldest([])).toBeNaN()
  })
})

test('a rung is kept as long as who left it may come back for what it has missed', () => {
  const { clock, ladder, join, play, edge } = setUp()
  const one = join('opus-256', steady(20_000), 19_000)
  play(1000)
  ladder.remove(one.listener)
  ladder.tick(clock.nowMs)
  const left = edge()
  play(15_000)
  ladder.tick(clock.nowMs)
  const again = join('opus-256', steady(20_000), 19_000, left)
  play(30_000)
  expect(readSent(again.socket).find(({ flags }) => flags === 0)?.from).toBe(left)
  expectNoHole(again.socket)
  expect(again.listener.place.behind).toBe(false)
  ladder.remove(again.listener)
  ladder.tick(clock.nowMs)
  ladder.tick(clock.nowMs + RUNG_LINGER_MS + 19_000)
  expect(ladder.open).toEqual([])
})

test('a new stream is live until something else is said of it', () => {
  const { ladder, join, play } = setUp()
  const { socket, listener } = join('pcm16', back(1000))
  play(2000)
  ladder.end()
  ladder.begin({ ...STREAM, streamId: 8 }, CODEC.pcm16)
  listener.route = steady(100)
  ladder.settle([listener])
  socket.sent.length = 0
  for (let i = 0; i < 10; i++) {
    const { packet, header } = pcmPacket(i, FRAMES, { streamId: 8 })
    ladder.publish(packet, header)
  }
  expect(socket.told).toMatchObject([{ type: 'segment', from: 0, shift: 0, muted: false }])
  expect(socket.headers.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})
