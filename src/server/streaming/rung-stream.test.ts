import { describe, expect, test } from 'vitest'
import { OPUS_WARM_UP_MS, rungNamed } from '../../shared/rungs.ts'
import { FLAG_GAP, FLAG_WARM_UP } from '../../shared/wire/packet.ts'
import { FakeSocket } from '../fixtures/fake-socket.ts'
import { rungPacket } from '../fixtures/packets.ts'
import { zeroCounters } from './counters.ts'
import { Listener } from './listener.ts'
import { RungStream } from './rung-stream.ts'

const RATE_HZ = 48_000
const STREAM_ID = 7
/** 2.67 ms */
const FRAMES = 128

function setUp(sockets: number, rung: Parameters<typeof rungNamed>[0] = 'pcm16') {
  const counters = zeroCounters()
  const clock = { nowMs: 0 }
  const stream = new RungStream(rungNamed(rung))
  stream.begin(RATE_HZ)
  const all = Array.from({ length: sockets }, () => {
    const socket = new FakeSocket()
    const listener = new Listener(socket, socket, counters, () => clock.nowMs)
    listener.begin(STREAM_ID, RATE_HZ)
    stream.add(listener)
    return { socket, listener }
  })
  let next = 0
  const play = (packets: number, each = () => {}) => {
    for (let i = 0; i < packets; i++) {
      stream.publish(rungPacket(next++, FRAMES))
      each()
    }
  }
  const receive = ({ listener, socket }: { listener: Listener; socket: FakeSocket }) => {
    const { headers } = socket
    const position = Math.max(0, ...headers.map((header) => header.position + header.frames))
    const rest = { latenessMs: 0, targetMs: 0, episodes: 0, opus: true }
    const bytes = listener.sent.bytes
    listener.hear({ type: 'receipt', streamId: STREAM_ID, position, packets: headers.length, bytes, ...rest })
  }
  const at = (i: number) => all[i] as (typeof all)[number]
  return { counters, clock, stream, all, at, play, receive }
}

const sequences = ({ socket }: { socket: FakeSocket }) => socket.headers.map(({ sequence }) => sequence)
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('everybody', () => {
  test('gets the same Buffer, and another is served first each time', () => {
    const { stream, all, play } = setUp(3)
    const firsts: number[] = []
    for (const [i, { socket }] of all.entries()) {
      const write = socket.write.bind(socket)
      socket.write = (frame) => {
        if (all.every((one) => !one.socket.sent.includes(frame))) firsts.push(i)
        write(frame)
      }
    }
    play(3)
    expect(firsts.toSorted()).toEqual([0, 1, 2])
    expect(new Set(all.map(({ socket }) => socket.frames[0])).size).toBe(1)
    expect(stream.packets).toBe(3)
  })

  test('who has left is not sent to', () => {
    const { stream, at, play } = setUp(2)
    stream.remove(at(0).listener)
    play(1)
    expect([at(0).socket.sent.length, at(1).socket.sent.length]).toEqual([0, 1])
  })

  test('after a gap longer than is remembered, who takes two packets in a message gets what there is', () => {
    const { stream, at, play, receive } = setUp(1)
    const { listener } = at(0)
    listener.wantedBatch = 2
    play(3, () => receive(at(0)))
    expect(listener.batch).toBe(2)
    const later = rungPacket(3, FRAMES)
    const gap = 61 * RATE_HZ
    stream.publish({ ...later, from: later.from + gap, to: later.to + gap })
    // The third was waiting for it, and is forgotten.
    expect(sequences(at(0))).toEqual([0, 1, 3])
    expect(stream.history.length).toBe(1)
  })

  test('who is new gets the last 120 ms at once, in one message, and then what is live', () => {
    const { stream, at, play } = setUp(2)
    const late = at(1)
    stream.remove(late.listener)
    play(100)
    stream.start(late.listener)
    expect(late.socket.frames).toHaveLength(1)
    expect(sequences(late)).toEqual(range(55, 100))
    expect(late.socket.headers.every(({ flags }) => flags === 0)).toBe(true)
    stream.add(late.listener)
    play(2)
    expect(sequences(late)).toEqual(range(55, 102))
  })
})

describe('a listener whose receipts stay away', () => {
  test('has no more than 400 ms in flight; the one beside it hears everything', () => {
    const { counters, at, all, play, receive } = setUp(2)
    play(500, () => receive(all[1] as (typeof all)[number]))
    expect(at(0).listener.flow.ms).toBeGreaterThan(390)
    expect(at(0).listener.flow.ms).toBeLessThanOrEqual(400)
    expect(at(0).listener.skipped.inFlight).toBe(350)
    expect(counters.packetsSkipped).toEqual({ inFlight: 350, backlog: 0 })
    expect(sequences(at(1))).toEqual(range(0, 500))
  })

  test('goes on live, with a gap said, once it has taken nearly everything; the others’ bytes stay as they are', () => {
    const { at, all, play, receive } = setUp(2)
    play(500, () => receive(all[1] as (typeof all)[number]))
    receive(at(0))
    play(3)
    const after = at(0).socket.headers.slice(150)
    expect(after.map(({ sequence }) => sequence)).toEqual([500, 501, 502])
    expect(after.map(({ flags }) => flags)).toEqual([FLAG_GAP, 0, 0])
    expect(at(1).socket.headers.every(({ flags }) => flags === 0)).toBe(true)
    expect(at(0).listener.skipping).toBe(false)
  })

  test('on Opus its decoder is told the last of what it missed, not to be played', () => {
    const { at, play, receive } = setUp(1, 'opus-256')
    play(500)
    receive(at(0))
    play(1)
    const after = at(0).socket.headers.slice(150)
    expect(after.map(({ sequence }) => sequence)).toEqual(range(500 - (OPUS_WARM_UP_MS * 3) / 8, 501))
    expect(after.slice(0, -1).every(({ flags }) => flags === FLAG_WARM_UP)).toBe(true)
    expect(after.at(-1)?.flags).toBe(FLAG_GAP)
  })
})

describe('a socket that takes nothing', () => {
  test('has three packets to write; the rest is left out at once, and it goes on when it can', () => {
    const { counters, at, play } = setUp(1)
    const { socket } = at(0)
    socket.stuck = true
    play(20)
    expect(sequences(at(0))).toEqual([0, 1, 2])
    expect(counters.packetsSkipped).toEqual({ inFlight: 0, backlog: 17 })
    expect(at(0).listener.skipping).toBe(true)
    socket.stuck = false
    socket.bufferedAmount = 0
    play(2)
    expect(sequences(at(0))).toEqual([0, 1, 2, 20, 21])
    expect(socket.headers.at(-2)?.flags).toBe(FLAG_GAP)
  })

  test('still gets control messages, with no audio before them that could have been left out', () => {
    const { at, play } = setUp(1)
    at(0).socket.stuck = true
    play(20)
    at(0).listener.sendControl({ type: 'source_state', state: 'running', message: '' })
    expect(at(0).socket.sent).toHaveLength(4)
    expect(at(0).socket.sent.at(-1)).toContain('source_state')
  })

  test('is not ended for audio that waits, however much a packet holds', () => {
    const { at } = setUp(1)
    at(0).socket.stuck = true
    at(0).listener.sendAudio(Buffer.alloc(92_160), 0, 11_520, 1)
    at(0).listener.sendControl({ type: 'source_state', state: 'running', message: '' })
    expect(at(0).socket.terminated).toBe(false)
  })

  test('can not pile up answers it does not read', () => {
    const { counters, at } = setUp(1)
    at(0).socket.stuck = true
    for (let i = 0; i < 5000 && !at(0).socket.terminated; i++)
      at(0).listener.sendControl({ type: 'error', reason: 'not-json', message: '' })
    expect(at(0).socket.terminated).toBe(true)
    expect(counters.stalled).toBe(1)
  })
})

describe('batches', () => {
  test('of one size share their bytes, and nobody misses or repeats a packet when sizes change', () => {
    const { at, all, play, receive } = setUp(4)
    const receiveAll = () => all.forEach(receive)
    play(3, receiveAll)
    for (const i of [1, 2]) at(i).listener.wantedBatch = 4
    at(3).listener.wantedBatch = 2
    play(21, receiveAll)
    at(1).listener.wantedBatch = 1
    at(3).listener.wantedBatch = 4
    play(16, receiveAll)
    for (const one of all) expect(sequences(one)).toEqual(range(0, 40))
    expect(at(2).socket.frames.length).toBe(4 + 36 / 4)
    expect(at(3).socket.frames.at(-1)).toBe(at(2).socket.frames.at(-1))
    expect(at(0).listener.sent).toMatchObject({ packets: 40, messages: 40 })
    expect(at(2).listener.sent).toMatchObject({ packets: 40, messages: 13 })
  })
})
