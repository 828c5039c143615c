import { describe, expect, test } from 'vitest'
import { OPUS_WARM_UP_MS, type RungName } from '../../shared/rungs.ts'
import { CODEC, FLAG_WARM_UP } from '../../shared/wire/packet.ts'
import { FakeSocket } from '../fixtures/fake-socket.ts'
import { FakeEncoders, pcmPacket } from '../fixtures/packets.ts'
import { zeroCounters } from './counters.ts'
import { Ladder } from './ladder.ts'
import { RUNG_LINGER_MS } from './limits.ts'
import { Listener } from './listener.ts'

const RATE_HZ = 48_000
const FRAMES = 120
const PACKET_MS = 2.5

function setUp() {
  const clock = { nowMs: 0 }
  const encoders = new FakeEncoders()
  const configured: RungName[] = []
  const ladder = new Ladder({
    encoders,
    nowMs: () => clock.nowMs,
    configure: (listener) => {
      configured.push(listener.rung)
      listener.sendControl({ type: 'source_state', state: 'running', message: listener.rung })
    },
  })
  const counters = zeroCounters()
  const listeners: Listener[] = []
  const join = (start: RungName = 'pcm16') => {
    const socket = new FakeSocket()
    const listener = new Listener(socket, socket, counters, () => clock.nowMs, { wish: 'auto', start })
    listeners.push(listener)
    ladder.add(listener)
    ladder.start(listener)
    return { socket, listener }
  }
  let next = 0
  let streamId = 7
  const begin = (codec: number = CODEC.pcm16) => {
    next = 0
    streamId++
    ladder.begin({ streamId, rateHz: RATE_HZ, periodFrames: FRAMES }, codec)
    ladder.settle(listeners)
  }
  /** Everybody receives everything at once. */
  const play = (packets: number, over: { codec?: number; payloadBytes?: number } = {}) => {
    for (let i = 0; i < packets; i++) {
      const { packet, header } = pcmPacket(next++, FRAMES, { streamId, ...over })
      ladder.publish(packet, header)
      clock.nowMs += PACKET_MS
      for (const listener of listeners) {
        const { packets: sent, bytes } = listener.sent
        const rest = { latenessMs: 0, targetMs: 0, episodes: 0, opus: true }
        const position = listener.flow.sentTo || 0
        listener.hear({ type: 'receipt', streamId, position, packets: sent, bytes, ...rest })
      }
    }
  }
  return { ladder, encoders, clock, join, begin, play, configured }
}

const names = (ladder: Ladder) => ladder.open.map(({ rung }) => rung.name)
/** Position in frames of the stream, which here is at 48 kHz too. */
const ends = (socket: FakeSocket) => socket.headers.map(({ position, frames }) => position + frames)

describe('a rung', () => {
  test('is opened by its first listener and closed a while after its last', () => {
    const { ladder, encoders, clock, join, begin, play } = setUp()
    expect(names(ladder)).toEqual([])
    begin()
    const { listener } = join('opus-96')
    expect(names(ladder)).toEqual(['opus-96'])
    play(40)
    expect(encoders.open48k.size).toBe(1)
    ladder.remove(listener)
    ladder.tick(clock.nowMs)
    ladder.tick(clock.nowMs + RUNG_LINGER_MS - 1)
    expect(names(ladder)).toEqual(['opus-96'])
    ladder.tick(clock.nowMs + RUNG_LINGER_MS)
    expect(names(ladder)).toEqual([])
    expect(encoders.open48k.size).toBe(0)
  })

  test('that the source does not have is not given to anybody', () => {
    const { join, begin } = setUp()
    const early = join('pcm-f32')
    begin()
    expect(early.listener.rung).toBe('pcm16')
    expect(join('pcm-f32').listener.rung).toBe('pcm16')
  })

  test('of more than 16 bits passes on what comes, and pcm16 what is made of it', () => {
    const { join, begin, play } = setUp()
    begin(CODEC.pcmF32)
    const [whole, less] = [join('pcm-f32'), join('pcm16')]
    play(3, { codec: CODEC.pcmF32, payloadBytes: FRAMES * 8 })
    expect(whole.socket.headers.map(({ codec }) => codec)).toEqual([3, 3, 3])
    expect(less.socket.headers.map(({ codec, sequence }) => [codec, sequence])).toEqual([
      [1, 0],
      [1, 1],
      [1, 2],
    ])
  })
})

describe('a switch', () => {
  test.each([
    ['pcm16', 'opus-128'],
    ['pcm16', 'opus-64'],
    ['opus-64', 'pcm16'],
    ['opus-96', 'opus-256'],
  ] as const)('%s → %s leaves no hole, overlaps by 10 ms or a little more, says so before', (from, to) => {
    const { ladder, join, begin, play, configured } = setUp()
    begin()
    join(to)
    const { socket, listener } = join(from)
    play(200)
    const before = socket.sent.length
    ladder.move(listener, to, 'for the test')
    play(40)
    expect(configured).toEqual([to])
    expect(listener).toMatchObject({ rung: to, reason: 'for the test', switches: 1 })
    const told = socket.sent.findIndex((one) => typeof one === 'string')
    expect(told).toBeGreaterThanOrEqual(before)
    const codec = to === 'pcm16' ? CODEC.pcm16 : CODEC.opus
    const played = socket.headers.filter(({ flags }) => (flags & FLAG_WARM_UP) === 0)
    const firstNew = played.findIndex(
      (header, i) =>
        header.codec === codec &&
        i > 0 &&
        header.position < (played[i - 1]?.position ?? 0) + (played[i - 1]?.frames ?? 0),
    )
    const lastEnd = (played[firstNew - 1]?.position ?? 0) + (played[firstNew - 1]?.frames ?? 0)
    const overlapMs = (lastEnd - (played[firstNew]?.position ?? 0)) / 48
    expect(overlapMs).toBeGreaterThan(0)
    expect(overlapMs).toBeLessThanOrEqual(10 + 20)
    for (const [i, { position, frames }] of played.entries()) {
      const next = played[i + 1]
      if (next !== undefined && i + 1 !== firstNew) expect(next.position).toBe(position + frames)
    }
  })

  test('to Opus sends what the decoder needs to begin, not to be played', () => {
    const { ladder, join, begin, play } = setUp()
    begin()
    join('opus-128')
    const { socket, listener } = join()
    play(200)
    ladder.move(listener, 'opus-128', '')
    play(4)
    const warm = socket.headers.filter(({ flags }) => flags === FLAG_WARM_UP)
    expect(warm).toHaveLength(OPUS_WARM_UP_MS / 5)
    expect(warm.every(({ codec }) => codec === CODEC.opus)).toBe(true)
  })

  test('to a rung nobody listened to waits until that has something, and misses nothing meanwhile', () => {
    const { ladder, encoders, join, begin, play } = setUp()
    begin()
    const { socket, listener } = join()
    play(100)
    encoders.silent = true
    ladder.move(listener, 'opus-128', '')
    play(10)
    expect(listener.rung).toBe('pcm16')
    expect(ends(socket).at(-1)).toBe(110 * FRAMES)
    encoders.silent = false
    play(40)
    expect(listener.rung).toBe('opus-128')
    expect(ends(socket).at(-1)).toBe(150 * FRAMES)
  })

  test('that is taken back before it happened does not happen', () => {
    const { ladder, encoders, join, begin, play } = setUp()
    begin()
    encoders.silent = true
    const { listener } = join()
    play(10)
    ladder.move(listener, 'opus-128', '')
    ladder.move(listener, 'pcm16', '')
    encoders.silent = false
    play(100)
    expect(listener).toMatchObject({ rung: 'pcm16', switches: 0 })
  })

  test('on its way when a new stream begins has happened by then', () => {
    const { ladder, encoders, join, begin, play } = setUp()
    begin()
    encoders.silent = true
    const { socket, listener } = join()
    play(10)
    ladder.move(listener, 'opus-128', '')
    encoders.silent = false
    ladder.end()
    begin()
    expect(listener.rung).toBe('opus-128')
    socket.sent.length = 0
    play(40)
    expect(ends(socket).at(-1)).toBe(40 * FRAMES)
  })
})

test('a rung that falls silent is noticed, and can be left', () => {
  const { ladder, encoders, clock, join, begin, play } = setUp()
  begin()
  join('pcm16')
  const { socket, listener } = join('opus-128')
  play(100)
  expect(ladder.isMute(listener, clock.nowMs)).toBe(false)
  encoders.silent = true
  play(900)
  expect(ladder.isMute(listener, clock.nowMs)).toBe(true)
  ladder.move(listener, 'pcm16', '')
  play(1)
  expect(listener.rung).toBe('pcm16')
  expect(ends(socket).at(-1)).toBe(1001 * FRAMES)
})

test('who leaves in the middle of a switch gets nothing more', () => {
  const { ladder, encoders, join, begin, play } = setUp()
  begin()
  const { socket, listener } = join()
  play(50)
  encoders.silent = true
  ladder.move(listener, 'opus-64', '')
  ladder.remove(listener)
  encoders.silent = false
  const before = socket.sent.length
  play(100)
  expect(socket.sent).toHaveLength(before)
})

test('what handing out takes is known of every rung, also of those whose packets come later', () => {
  const { ladder, clock, join, begin, play } = setUp()
  begin()
  const { socket } = join('opus-96')
  socket.write = () => {
    clock.nowMs += 1
  }
  play(48)
  const packets = ladder.open.find(({ rung }) => rung.name === 'opus-96')?.packets ?? 0
  expect(packets).toBeGreaterThan(5)
  expect(ladder.busyMs).toBe(packets)
})
