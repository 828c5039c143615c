import { describe, expect, test } from 'vitest'
import { HEADER_BYTES } from '../../shared/wire/packet.ts'
import { zeroCounters } from './counters.ts'
import { Hub } from './hub.ts'
import { Listener, type ListenerConnection, type ListenerSocket, STALLED_MS } from './listener.ts'

const RATE_HZ = 44_100
const FRAMES = 128
/** Of a packet of 544 bytes. */
const FRAME_HEADER_BYTES = 4
const PACKET_BYTES = HEADER_BYTES + FRAMES * 4
/** ceil(100 ms at 44.1 kHz / 128 frames) */
const BACKLOG_PACKETS = 35
/** What a stalled socket holds besides: the first that went and two more. */
const ON_THE_WAY = 3

/** A socket whose kernel takes bytes when the test says so. */
class FakeSocket implements ListenerSocket, ListenerConnection {
  readonly readyState = 1
  readonly sent: (Buffer | string)[] = []
  terminated = false
  #pending: { bytes: number; done?: () => void }[] = []

  get bufferedAmount(): number {
    return this.#pending.reduce((sum, { bytes }) => sum + bytes, 0)
  }
  send(text: string): void {
    this.sent.push(text)
    this.#pending.push({ bytes: text.length })
  }
  write(frame: Buffer, done: (error?: Error | null) => void): void {
    this.sent.push(frame)
    this.#pending.push({ bytes: frame.length, done })
  }
  close(): void {}
  terminate(): void {
    this.terminated = true
  }
  /** The kernel takes everything, until nothing more comes. */
  drain(): void {
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) next.done?.()
  }
  /** Sequence numbers of the audio it was given. */
  get sequences(): number[] {
    return this.sent
      .filter((data) => Buffer.isBuffer(data))
      .map((frame) => frame.readUInt32LE(FRAME_HEADER_BYTES + 12))
  }
}

function packetOf(sequence: number): Buffer {
  const packet = Buffer.alloc(PACKET_BYTES)
  packet.writeUInt32LE(sequence, 12)
  return packet
}

function setUp(sockets: number) {
  const counters = zeroCounters()
  const clock = { nowMs: 0 }
  const hub = new Hub()
  hub.begin(RATE_HZ, FRAMES)
  const all = Array.from({ length: sockets }, () => {
    const socket = new FakeSocket()
    const listener = new Listener(socket, socket, counters, () => clock.nowMs)
    hub.add(listener)
    return { socket, listener }
  })
  return { counters, clock, hub, all, at: (i: number) => all[i] as (typeof all)[number] }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('a listener that does not read', () => {
  test('keeps the newest 100 ms, loses the oldest, counted; the one beside it hears everything', () => {
    const { counters, hub, at } = setUp(2)
    const [stalled, well] = [at(0), at(1)]
    for (const sequence of range(0, 200)) {
      hub.publish(packetOf(sequence))
      well.socket.drain()
    }
    expect(stalled.listener.waiting).toBe(BACKLOG_PACKETS)
    expect(counters.packetsDropped).toBe(200 - ON_THE_WAY - BACKLOG_PACKETS)
    expect(well.socket.sequences).toEqual(range(0, 200))
    stalled.socket.drain()
    expect(stalled.socket.sequences).toEqual([...range(0, ON_THE_WAY), ...range(200 - BACKLOG_PACKETS, 200)])
    expect(stalled.listener.waiting).toBe(0)
  })

  test('is terminated and counted after 5 s with a full backlog, and not before', () => {
    const { counters, clock, hub, at } = setUp(1)
    for (const sequence of range(0, 100)) hub.publish(packetOf(sequence))
    clock.nowMs = STALLED_MS
    hub.publish(packetOf(100))
    expect(at(0).socket.terminated).toBe(false)
    clock.nowMs = STALLED_MS + 1
    hub.publish(packetOf(101))
    expect(at(0).socket.terminated).toBe(true)
    expect(counters.stalled).toBe(1)
  })

  test('is not terminated while its socket moves, however slowly', () => {
    const { counters, clock, hub, at } = setUp(1)
    for (const round of range(0, 5)) {
      for (const sequence of range(0, 100)) hub.publish(packetOf(round * 100 + sequence))
      clock.nowMs += STALLED_MS - 1
      at(0).socket.drain()
    }
    expect(counters.stalled).toBe(0)
  })

  test('still gets control messages, ahead of the audio that waits', () => {
    const { hub, at } = setUp(1)
    for (const sequence of range(0, 50)) hub.publish(packetOf(sequence))
    at(0).listener.sendControl({ type: 'source_state', state: 'running', message: '' })
    expect(at(0).socket.sent.at(-1)).toContain('source_state')
    at(0).socket.drain()
    expect(Buffer.isBuffer(at(0).socket.sent.at(-1))).toBe(true)
  })

  test('can not pile up answers it does not read', () => {
    const { counters, at } = setUp(1)
    for (let i = 0; i < 5000 && !at(0).socket.terminated; i++)
      at(0).listener.sendControl({ type: 'error', reason: 'not-json', message: '' })
    expect(at(0).socket.terminated).toBe(true)
    expect(counters.stalled).toBe(1)
  })

  test('does not get what waited once the next stream has begun', () => {
    const { counters, hub, at } = setUp(1)
    for (const sequence of range(0, 10)) hub.publish(packetOf(sequence))
    hub.begin(RATE_HZ, FRAMES)
    expect(at(0).listener.waiting).toBe(0)
    expect(counters.packetsDropped).toBe(10 - ON_THE_WAY)
  })
})

test('each packet is one Buffer for all, and another listener is served first each time', () => {
  const { hub, all } = setUp(3)
  const firsts: number[] = []
  for (const [i, { listener }] of all.entries()) {
    const send = listener.sendPacket.bind(listener)
    let seen: Buffer | undefined
    listener.sendPacket = (packet) => {
      if (all.every(({ socket }) => !socket.sent.includes(packet))) firsts.push(i)
      seen = packet
      send(seen)
    }
  }
  for (const sequence of range(0, 3)) hub.publish(packetOf(sequence))
  expect(firsts.toSorted()).toEqual([0, 1, 2])
  expect(all.map(({ socket }) => socket.sent[0] === all[0]?.socket.sent[0])).toEqual([true, true, true])
})

test('a listener that left is not sent to', () => {
  const { hub, at } = setUp(2)
  hub.remove(at(0).listener)
  hub.publish(packetOf(0))
  expect([at(0).socket.sent.length, at(1).socket.sent.length]).toEqual([0, 1])
})
