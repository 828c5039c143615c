import { describe, expect, test } from 'vitest'
import { LIVE_SEGMENT, type Segment } from '../../shared/room/segments.ts'
import { OPUS_WARM_UP_MS, rungNamed } from '../../shared/rungs.ts'
import { FLAG_GAP, FLAG_WARM_UP } from '../../shared/wire/packet.ts'
import { FakeSocket, headersOf } from '../fixtures/fake-socket.ts'
import { rungPacket } from '../fixtures/packets.ts'
import { readSent, type SentAudio } from '../fixtures/sent-audio.ts'
import { zeroCounters } from './counters.ts'
import { SKIP_ABOVE_MS } from './limits.ts'
import { Listener } from './listener.ts'
import { LIVE_ROUTE, type Route } from './route.ts'
import { RungStream } from './rung-stream.ts'

const RATE_HZ = 48_000
const FRAMES = 120
const PACKET_MS = 2.5
const MS = RATE_HZ / 1000
const STREAM_ID = 7
const STEADY: Route = { segments: [LIVE_SEGMENT], delayMs: 5000 }

const segment = (from: number, shift = 0, muted = false): Segment => ({ from, shift, muted })

function setUp(rung: Parameters<typeof rungNamed>[0] = 'pcm16') {
  const counters = zeroCounters()
  const clock = { nowMs: 0 }
  const stream = new RungStream(rungNamed(rung))
  stream.begin(RATE_HZ)
  const join = (route: Route = LIVE_ROUTE, patienceMs = 0, from?: number) => {
    const socket = new FakeSocket()
    const listener = new Listener(socket, socket, counters, () => clock.nowMs)
    Object.assign(listener, { route, patienceMs })
    listener.begin(STREAM_ID, RATE_HZ)
    stream.add(listener)
    stream.start(listener, from)
    return { socket, listener }
  }
  let next = 0
  /** Packet by packet; who is in `reads` says ten times a second what has come. */
  const play = (ms: number, reads: { socket: FakeSocket; listener: Listener }[] = [], each = () => {}) => {
    for (const end = clock.nowMs + ms; clock.nowMs < end; clock.nowMs += PACKET_MS) {
      stream.publish(rungPacket(next++, FRAMES))
      each()
      if (clock.nowMs % 100 === 0) for (const one of reads) receive(one)
    }
  }
  const receive = ({ socket, listener }: { socket: FakeSocket; listener: Listener }) => {
    const { packets, bytes } = listener.sent
    const position = Math.max(0, ...readSent(socket).map(({ to }) => to))
    const rest = { latenessMs: 0, targetMs: 0, episodes: 0, opus: true }
    listener.hear({ type: 'receipt', streamId: STREAM_ID, position, packets, bytes, ...rest })
  }
  const edge = () => next * FRAMES
  return { counters, clock, stream, join, play, receive, edge }
}

/** All that is heard is whole, in order, and of its segment; nothing is sent twice but where a segment says so. */
function expectWhole(sent: readonly SentAudio[], from: number, to: number): void {
  const played = sent.filter(({ flags }) => (flags & FLAG_WARM_UP) === 0)
  expect(played[0]?.from).toBe(from)
  expect(played.at(-1)?.to).toBe(to)
  for (const [i, one] of played.entries()) {
    const before = played[i - 1]
    if (before !== undefined) expect(one.from).toBe(before.to)
    expect(one.flags & FLAG_GAP).toBe(0)
  }
}

const segmentsTold = ({ socket }: { socket: FakeSocket }) =>
  socket.told.filter((message) => message.type === 'segment')

describe('a segment', () => {
  test.each([
    ['in the middle of a packet', 48_000 + 50, 4800 + 7],
    ['where a packet begins', 48_000, 4800],
    ['from one frame before the end of a packet', 48_000 + FRAMES - 1, 24_000 + 1],
  ])('%s begins at its frame, with what lies there', (_where, from, shift) => {
    const { join, play, edge } = setUp()
    const one = join()
    one.listener.route = { segments: [LIVE_SEGMENT, segment(from, shift)], delayMs: 100 }
    play(2000, [one])
    expect(segmentsTold(one)).toEqual([
      { type: 'segment', ...segment(from, shift), hrtime: expect.anything() },
    ])
    const sent = readSent(one.socket)
    const clipped = sent.filter((audio) => audio.from >= from)
    expectWhole(sent, 0, clipped.at(-1)?.to as number)
    // The first of it holds the frame that is heard there.
    const first = clipped[0] as SentAudio
    expect(first.from).toBe(from)
    expect(first.position).toBeLessThanOrEqual(from - shift)
    expect(first.position + FRAMES).toBeGreaterThan(from - shift)
    // Sent when the live edge comes there, not before.
    expect(clipped.at(-1)?.to).toBeGreaterThanOrEqual(edge())
    expect(clipped.at(-1)?.to).toBeLessThan(edge() + FRAMES)
  })

  test('that is muted goes on with what is live, and play goes on where it stopped', () => {
    const { join, play } = setUp()
    const one = join()
    const [pause, resume] = [48_000 + 30, 96_000 + 77]
    const shift = resume - pause
    const segments = [LIVE_SEGMENT, segment(pause, 0, true), segment(resume, shift)]
    one.listener.route = { segments, delayMs: 100 }
    play(3000, [one])
    const sent = readSent(one.socket)
    expectWhole(sent, 0, sent.at(-1)?.to as number)
    expect(sent.findLast((audio) => audio.to === pause)?.muted).toBe(false)
    expect(sent.find((audio) => audio.from === pause)?.muted).toBe(true)
    const first = sent.find((audio) => audio.from === resume)
    expect(first?.muted).toBe(false)
    expect(Math.floor(pause / FRAMES) * FRAMES).toBe(first?.position)
  })

  test('of Opus begins with what its decoder needs, not to be played', () => {
    const { join, play } = setUp('opus-256')
    const one = join()
    one.listener.route = { segments: [LIVE_SEGMENT, segment(48_000, 24_000)], delayMs: 100 }
    play(2000, [one])
    const sent = readSent(one.socket)
    expectWhole(sent, 0, sent.at(-1)?.to as number)
    const warm = sent.filter(({ flags }) => flags & FLAG_WARM_UP)
    expect(warm).toHaveLength(OPUS_WARM_UP_MS / PACKET_MS)
    expect((warm.at(-1)?.position as number) + FRAMES).toBe(24_000)
  })

  test('is shared with nobody who is live: they get the same bytes as ever', () => {
    const { join, play } = setUp()
    const [live, back] = [join(), join()]
    back.listener.route = { segments: [LIVE_SEGMENT, segment(4800, 1200)], delayMs: 100 }
    play(1000, [live, back])
    expect(live.socket.frames).toHaveLength(400)
    expect(live.socket.told).toEqual([])
    expect(live.listener.sent.messages).toBe(400)
  })

  test('taken back before its time leaves no trace', () => {
    const { join, play, edge } = setUp()
    const one = join()
    one.listener.route = { segments: [LIVE_SEGMENT, segment(48_000, 4800)], delayMs: 100 }
    play(500, [one])
    one.listener.route = { segments: [LIVE_SEGMENT], delayMs: 100 }
    play(1000, [one])
    expect(segmentsTold(one)).toEqual([])
    expectWhole(readSent(one.socket), 0, edge())
    expect(one.socket.frames).toHaveLength(600)
  })

  test('with batches begins at its frame too, and the sizes go on as they were', () => {
    const { join, play } = setUp()
    const one = join()
    one.listener.wantedBatch = 4
    const segments = [LIVE_SEGMENT, segment(24_000 + 130, 4800 + 7), segment(48_000 + 250, 0)]
    one.listener.route = { segments, delayMs: 100 }
    play(2000, [one])
    const sent = readSent(one.socket)
    expectWhole(sent, 0, 96_000)
    expect(segmentsTold(one)).toHaveLength(2)
    const messages = one.socket.frames.length
    play(100, [one])
    expect(one.socket.frames.length - messages).toBe(10)
    expectWhole(readSent(one.socket), 0, 100_800)
  })

  test('that begins before what was sent already is gone back to, and sent from there', () => {
    const { join, play, edge } = setUp()
    const one = join(STEADY, 4000)
    play(3000, [one])
    const from = edge() - 2 * RATE_HZ + 11
    let most = 0
    one.listener.route = { ...STEADY, segments: [LIVE_SEGMENT, segment(from, 4800, true)] }
    const before = one.socket.sent.length
    play(3000, [one], () => {
      const { sent, receipt } = one.listener
      most = Math.max(most, (sent.packets - (receipt?.packets ?? 0)) * PACKET_MS)
    })
    const after = readSent(one.socket, before)
    expect(segmentsTold(one).at(-1)).toMatchObject(segment(from, 4800, true))
    expectWhole(after, from, edge())
    expect(most).toBeLessThanOrEqual(SKIP_ABOVE_MS + one.listener.flow.baselineMs)
    expect(one.listener.skipped).toEqual({ inFlight: 0, backlog: 0 })
    expect(one.listener.place.behind).toBe(false)
  })
})

describe('what is not remembered any more', () => {
  const minutes = 61_000 * MS

  test('is left out and counted, and what there is is sent at once', () => {
    const { join, play, edge, counters } = setUp()
    play(62_000)
    const one = join()
    one.listener.route = { segments: [LIVE_SEGMENT, segment(edge(), minutes)], delayMs: 100 }
    play(2000, [one])
    expect(counters.packetsSkipped.inFlight).toBe(800)
    expect(one.listener.place.next).toBe(edge())
    const back = edge()
    const route = { segments: [segment(0, minutes), segment(back, 4800)], delayMs: 100 }
    one.listener.route = route
    play(100, [one])
    const sent = readSent(one.socket).filter(({ from }) => from >= back)
    expectWhole(sent.slice(1), back + FRAMES, edge())
    expect(sent[0]).toMatchObject({ from: back, flags: FLAG_GAP })
  })

  test('is left out up to where it is remembered', () => {
    const { join, play, edge, counters } = setUp()
    play(61_000)
    const one = join(STEADY, 4400)
    play(3000, [one])
    const from = edge() - 2000 * MS
    one.listener.route = { ...STEADY, segments: [LIVE_SEGMENT, segment(from, 59_000 * MS)] }
    const before = one.socket.sent.length
    play(3000, [one])
    const sent = readSent(one.socket, before)
    const lost = (sent[0]?.from as number) - from
    expect(lost).toBeGreaterThanOrEqual(1000 * MS)
    expect(counters.packetsSkipped.inFlight).toBe(lost / FRAMES)
    expect(sent[0]?.flags).toBe(FLAG_GAP)
    expectWhole(sent.slice(1), sent[0]?.to as number, edge())
  })
})

describe('a listener that can wait', () => {
  test('gets every frame over a link that stands still for 4 s, little at a time', () => {
    const { join, play, edge } = setUp()
    const one = join(STEADY, 4400)
    play(1000, [one])
    play(4000)
    expect(one.listener.place.behindMs).toBeGreaterThan(3500)
    let most = 0
    play(5000, [one], () => {
      most = Math.max(most, one.listener.flow.queuedMs)
    })
    const sizes = one.socket.frames.map((frame) => headersOf(frame).length * PACKET_MS)
    expectWhole(readSent(one.socket), 0, edge())
    expect(most).toBeLessThanOrEqual(SKIP_ABOVE_MS)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100)
    expect(one.listener.place).toMatchObject({ behind: false, behindMs: 0 })
    expect(one.listener.skipped.inFlight).toBe(0)
  })

  test('beside one that can not costs that one nothing, and the other way round', () => {
    const { join, play, edge } = setUp()
    const [patient, live] = [join(STEADY, 4400), join()]
    play(1000, [patient, live])
    play(4000, [live])
    play(5000, [patient, live])
    expectWhole(readSent(patient.socket), 0, edge())
    expectWhole(readSent(live.socket), 0, edge())
    expect(live.socket.frames).toHaveLength(4000)
  })

  test('whose socket takes nothing gets it later, too', () => {
    const { join, play, edge } = setUp()
    const one = join(STEADY, 4400)
    play(1000, [one])
    one.socket.stuck = true
    play(2000)
    one.socket.stuck = false
    one.socket.bufferedAmount = 0
    play(3000, [one])
    expectWhole(readSent(one.socket), 0, edge())
  })

  test('is not sent what would come too late, is told so, and it is counted', () => {
    const { join, play, edge, counters } = setUp()
    const one = join(STEADY, 2000)
    play(1000, [one])
    play(4000)
    const ended = readSent(one.socket).at(-1)?.to as number
    const sentAt = one.socket.sent.length
    play(PACKET_MS, [one])
    const after = readSent(one.socket, sentAt)
    const worth = edge() - 2000 * MS
    expect(after[0]?.flags).toBe(FLAG_GAP)
    expect(after[0]?.from).toBe(worth)
    expect(counters.packetsSkipped.inFlight).toBe((worth - ended) / FRAMES)
    play(4000, [one])
    expect(readSent(one.socket).at(-1)?.to).toBe(edge())
    expect(one.listener.place.behind).toBe(false)
  })

  test('with batches comes back where one begins, whenever that is', () => {
    const { join, play, receive, edge } = setUp()
    const one = join(STEADY, 4400)
    one.listener.wantedBatch = 8
    play(1000, [one])
    for (let odd = 1; odd < 8; odd++) {
      play(400 + odd * PACKET_MS)
      expect(one.listener.place.behind).toBe(true)
      for (let i = 0; i < 5; i++) receive(one)
      play(100 - odd * PACKET_MS)
      receive(one)
      play(100)
      expect(one.listener).toMatchObject({ batch: 8, place: { behind: false } })
      receive(one)
    }
    expectWhole(readSent(one.socket), 0, edge())
  })

  test('is served by its receipts when the source says nothing', () => {
    const { join, play, edge, receive } = setUp()
    const one = join(STEADY, 4400)
    play(1000, [one])
    play(2000)
    for (let receipts = 0; receipts < 40; receipts++) receive(one)
    expectWhole(readSent(one.socket), 0, edge())
  })

  test('one that can not is sent what it was ever sent', () => {
    const { join, play, edge } = setUp()
    const one = join({ segments: [LIVE_SEGMENT], delayMs: 100 })
    play(1000, [one])
    play(2000)
    expect(one.listener.skipping).toBe(true)
    const before = one.socket.sent.length
    play(1000, [one])
    const after = readSent(one.socket, before)
    expect(after[0]).toMatchObject({ flags: FLAG_GAP })
    expect(after[0]?.from).toBeGreaterThanOrEqual(3 * RATE_HZ)
    expect(after.at(-1)?.to).toBe(edge())
  })
})

test('who has to go back to what is remembered no more is told from where, at once', () => {
  const { join, play, edge, stream } = setUp()
  const one = join(STEADY, 4400)
  play(2000, [one])
  // As after a change to a rung that has just been opened.
  stream.begin(RATE_HZ)
  play(500, [one])
  const back = edge() - 1000 * MS
  one.listener.route = { segments: [LIVE_SEGMENT, segment(back, 4800, true)], delayMs: 5000 }
  play(PACKET_MS, [one])
  expect(segmentsTold(one).at(-1)).toMatchObject(segment(back, 4800, true))
})

describe('who comes', () => {
  test('to a group with a delay is told its segment, and gets what can still be heard, not all at once', () => {
    const { join, play, edge } = setUp()
    play(10_000)
    const route = { segments: [LIVE_SEGMENT, segment(24_000, 2400)], delayMs: 1500 }
    const began = edge() - 2000 * MS
    const one = join(route)
    const atOnce = readSent(one.socket)
    expect(one.socket.sent[0]).toContain('"segment"')
    expect(segmentsTold(one)[0]).toMatchObject(segment(began, 2400))
    expect((atOnce.at(-1)?.to as number) - (atOnce[0]?.from as number)).toBeLessThanOrEqual(120 * MS)
    play(5000, [one])
    expectWhole(readSent(one.socket), began, edge())
  })

  test('back to one goes on where it was', () => {
    const { join, play, edge } = setUp()
    play(10_000)
    const asked = edge() - 4700 * MS + 31
    const one = join(STEADY, 4400, asked)
    play(6000, [one])
    expect(segmentsTold(one)[0]).toMatchObject(segment(asked))
    expectWhole(readSent(one.socket), asked, edge())
  })

  test.each([
    ['for what is too late', -60_000, -5500],
    ['for what there is not yet', 60_000, 0],
  ])('and asks %s gets what is nearest to it', (_what, askedMs, gotMs) => {
    const { join, play, edge } = setUp()
    play(10_000)
    const now = edge()
    const one = join(STEADY, 4400, now + askedMs * MS)
    play(100, [one])
    expect(readSent(one.socket)[0]?.from).toBe(now + gotMs * MS)
  })

  test('from a group to live is told that it is, and hears the last of it at once', () => {
    const { join, play, edge, stream } = setUp()
    const one = join({ segments: [segment(0, 4800)], delayMs: 100 })
    play(3000, [one])
    const before = one.socket.sent.length
    const began = edge() - 120 * MS
    one.listener.route = LIVE_ROUTE
    stream.start(one.listener)
    play(1000, [one])
    expect(segmentsTold(one).at(-1)).toMatchObject(segment(began))
    expectWhole(readSent(one.socket, before), began, edge())
    const messages = one.socket.frames.length
    play(100, [one])
    expect(one.socket.frames.length - messages).toBe(40)
  })
})
