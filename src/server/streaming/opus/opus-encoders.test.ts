import { expect, onTestFinished, test, vi } from 'vitest'
import { type OpusRung, rungNamed } from '../../../shared/rungs.ts'
import { emptyHeader, FLAG_GAP, type PacketHeader, readHeader } from '../../../shared/wire/packet.ts'
import type { RungPacket } from '../rung-packet.ts'
import { pcmPacket } from './fixtures/encoded.ts'
import type { StreamShape } from './messages.ts'
import { OpusEncoders, type OpusEncodersOptions } from './opus-encoders.ts'

// Threads start when the machine lets them.
vi.setConfig({ testTimeout: 30_000 })

const STREAM = { streamId: 9, rateHz: 44_100, periodFrames: 128 }
const OPUS_128 = rungNamed('opus-128') as OpusRung
const OPUS_64 = rungNamed('opus-64') as OpusRung
/** Packets of STREAM that may be under way: 100 ms. */
const LIMIT = 35

class Source {
  readonly encoders: OpusEncoders
  readonly stream: StreamShape
  position = 0

  constructor(encoders: OpusEncoders, stream = STREAM) {
    this.encoders = encoders
    this.stream = stream
    encoders.begin(stream)
  }

  next(): ReturnType<typeof pcmPacket> {
    const packet = pcmPacket(this.stream, this.position, Math.sin)
    this.position += this.stream.periodFrames
    return packet
  }

  push(): void {
    const { bytes, header } = this.next()
    this.encoders.push(bytes, header)
  }

  /** Plays on, slower than in its time, so that a busy machine sheds nothing, until the condition holds. */
  until(condition: () => void): Promise<unknown> {
    return vi.waitFor(
      () => {
        this.push()
        condition()
      },
      { interval: 8, timeout: 20_000 },
    )
  }
}

function make(options: Partial<OpusEncodersOptions> = {}) {
  const warn = vi.fn<(details: object, message: string) => void>()
  const encoders = new OpusEncoders({ log: { warn }, ...options })
  onTestFinished(() => encoders.stop())
  return { encoders, warn }
}

function headerOf({ bytes }: RungPacket): PacketHeader {
  const header = emptyHeader()
  const end = readHeader(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, header)
  expect(end).toBe(bytes.length)
  return header
}

const workers = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length
const standsStill = new URL('./fixtures/stands-still.mjs', import.meta.url)

test('each open rung gives its own packets, counted from 0, in the stream’s own positions', async () => {
  const { encoders } = make()
  const source = new Source(encoders)
  const heard = new Map<OpusRung, RungPacket[]>([
    [OPUS_128, []],
    [OPUS_64, []],
  ])
  for (const [rung, packets] of heard) encoders.open(rung, (packet) => packets.push(packet))
  await source.until(() => {
    for (const packets of heard.values()) expect(packets.length).toBeGreaterThan(4)
  })
  for (const [rung, packets] of heard) {
    packets.forEach((packet, i) => {
      const header = headerOf(packet)
      expect(header).toMatchObject({ streamId: 9, sequence: i, frames: rung.packetMs * 48 })
      expect(packet.sequence).toBe(i)
      expect(packet.from).toBeCloseTo((header.position * 44_100) / 48_000, 6)
      expect(packet.to - packet.from).toBeCloseTo((rung.packetMs * 44_100) / 1000, 6)
      expect(header.flags).toBe(packet.from === (packets[i - 1]?.to ?? 0) ? 0 : FLAG_GAP)
      expect(header.captureUs).toBeCloseTo((packet.from / 44_100) * 1e6, 3)
    })
  }
  const packets = [...heard.values()].reduce((sum, { length }) => sum + length, 0)
  expect(encoders.counters).toMatchObject({ packetsEncoded: packets, restarts: 0 })
})

test('a rung that is opened again counts on, and says that something is missing', async () => {
  const { encoders } = make()
  const source = new Source(encoders)
  const first: RungPacket[] = []
  encoders.open(OPUS_128, (packet) => first.push(packet))
  await source.until(() => expect(first.length).toBeGreaterThan(2))
  encoders.close(OPUS_128)
  const heard = first.length
  for (let i = 0; i < 20; i++) source.push()
  const second: RungPacket[] = []
  encoders.open(OPUS_128, (packet) => second.push(packet))
  await source.until(() => expect(second.length).toBeGreaterThan(2))
  expect(first).toHaveLength(heard)
  const again = headerOf(second[0] as RungPacket)
  expect(again.sequence).toBe(heard)
  expect(again.flags).toBe(FLAG_GAP)
  expect(second[0]?.from).toBeGreaterThan(first.at(-1)?.to as number)
})

test('a new stream counts from 0, and nothing of the old one comes after its beginning', async () => {
  const { encoders } = make()
  const source = new Source(encoders)
  const packets: RungPacket[] = []
  encoders.open(OPUS_128, (packet) => packets.push(packet))
  await source.until(() => expect(packets.length).toBeGreaterThan(2))
  for (let i = 0; i < 10; i++) source.push()
  const before = packets.length
  const next = new Source(encoders, { ...STREAM, streamId: 10, rateHz: 48_000 })
  await next.until(() => expect(packets.length).toBeGreaterThan(before + 2))
  packets.slice(before).forEach((packet, i) => {
    expect(headerOf(packet)).toMatchObject({ streamId: 10, sequence: i })
  })
  expect(packets[before]?.from).toBe(0)
  encoders.end()
  const ended = { ...encoders.counters }
  for (let i = 0; i < 2 * LIMIT; i++) next.push()
  expect(encoders.counters).toEqual(ended)
})

test('a worker that stands still is given 100 ms of audio; the rest is shed and counted', async () => {
  const { encoders, warn } = make({ entry: standsStill, timing: { stuckMs: 60_000 } })
  const source = new Source(encoders)
  encoders.open(OPUS_128, () => {})
  await source.until(() => expect(encoders.counters.packetsShed).toBe(1))
  for (let i = 0; i < 1000; i++) source.push()
  expect(encoders.counters.packetsShed).toBe(1001)
  expect(warn).toHaveBeenCalledOnce()
})

test('a worker that stands still for too long is replaced', async () => {
  const { encoders, warn } = make({ entry: standsStill, timing: { stuckMs: 0, firstMs: 1 } })
  const source = new Source(encoders)
  encoders.open(OPUS_128, () => {})
  await source.until(() => expect(encoders.counters.restarts).toBeGreaterThan(1))
  expect(encoders.counters.packetsShed).toBeGreaterThanOrEqual(2)
  expect(warn).toHaveBeenCalledWith(expect.anything(), 'the Opus worker stands still')
})

test('a worker that never gets ready is replaced', async () => {
  const entry = new URL('./fixtures/never-ready.mjs', import.meta.url)
  const { encoders } = make({ entry, timing: { readyMs: 20, firstMs: 1 } })
  const source = new Source(encoders)
  encoders.open(OPUS_128, () => {})
  source.push()
  expect(encoders.counters.packetsShed).toBe(0)
  await source.until(() => expect(encoders.counters.restarts).toBeGreaterThan(1))
  expect(encoders.counters.packetsShed).toBeGreaterThan(0)
})

test('a burst of more than 100 ms is shed, and the worker goes on with what is new', async () => {
  const { encoders } = make()
  const source = new Source(encoders)
  const packets: RungPacket[] = []
  encoders.open(OPUS_128, (packet) => packets.push(packet))
  await source.until(() => expect(packets.length).toBeGreaterThan(2))
  const before = packets.length
  // Made beforehand: pushed in a few ms, which it would take 100 to encode.
  const burst = Array.from({ length: 30 * LIMIT }, () => source.next())
  for (const { bytes, header } of burst) encoders.push(bytes, header)
  const ends = source.position
  expect(encoders.counters.packetsShed).toBeGreaterThan(0)
  await source.until(() => expect(packets.at(-1)?.to).toBeGreaterThan(ends))
  // Since the last packet before it, no frame was both encoded and counted as shed.
  const since = source.position - (packets[before - 1]?.to as number)
  const encoded = packets.slice(before).reduce((sum, { from, to }) => sum + to - from, 0)
  const shed = encoders.counters.packetsShed * STREAM.periodFrames
  expect(encoded + shed).toBeLessThanOrEqual(since)
  expect(shed).toBeGreaterThan((burst.length * STREAM.periodFrames) / 2)
  const gaps = packets.slice(before).filter((packet) => headerOf(packet).flags === FLAG_GAP)
  expect(gaps.length).toBeGreaterThan(0)
})

test('a worker that crashes is replaced: its rungs go on, with a gap', async () => {
  const { encoders, warn } = make({ timing: { firstMs: 20 } })
  const source = new Source(encoders)
  const packets: RungPacket[] = []
  encoders.open(OPUS_128, (packet) => packets.push(packet))
  await source.until(() => expect(packets.length).toBeGreaterThan(2))
  const { bytes, header } = source.next()
  bytes.writeUInt8(99, 0)
  encoders.push(bytes, header)
  await source.until(() => expect(encoders.counters.restarts).toBe(1))
  const before = packets.length
  await source.until(() => expect(packets.length).toBeGreaterThan(before + 2))
  const first = headerOf(packets[before] as RungPacket)
  expect(first.sequence).toBe(before)
  expect(first.flags).toBe(FLAG_GAP)
  expect(encoders.counters.packetsShed).toBeGreaterThan(0)
  expect(warn).toHaveBeenCalledWith(
    expect.objectContaining({ delayMs: 20 }),
    expect.stringContaining('bad-version'),
  )
  // What encoding took is known of both workers, and the dead time is over.
  const counted = encoders.times.of('opus-128').counts as Float64Array
  expect(counted.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(packets.length)
  expect(encoders.failedMs(performance.now())).toBe(0)
})

test('an entry that is not there is tried again, later and later, and hurts nobody', async () => {
  const { encoders, warn } = make({
    entry: new URL('./no-such.mjs', import.meta.url),
    timing: { firstMs: 1 },
  })
  encoders.open(OPUS_128, () => {})
  await vi.waitFor(() => expect(encoders.counters.restarts).toBeGreaterThan(2), { timeout: 20_000 })
  expect(warn.mock.calls.slice(0, 3).map(([details]) => details)).toEqual(
    [1, 2, 4].map((delayMs) => ({ delayMs })),
  )
  // Since the first of these deaths, not since the last.
  expect(encoders.failedMs(performance.now())).toBeGreaterThan(2)
})

test('when the last rung is closed the worker goes, and comes back for the next', async () => {
  const before = workers()
  const { encoders } = make({ timing: { idleMs: 1 } })
  const source = new Source(encoders)
  for (let round = 0; round < 2; round++) {
    const packets: RungPacket[] = []
    encoders.open(OPUS_128, (packet) => packets.push(packet))
    await source.until(() => expect(packets.length).toBeGreaterThan(2))
    expect(workers()).toBeGreaterThan(before)
    encoders.close(OPUS_128)
    await vi.waitFor(() => expect(workers()).toBe(before), { timeout: 20_000 })
  }
  expect(encoders.counters.restarts).toBe(0)
})

test.each([
  ['while it starts', undefined, 0],
  ['while it runs', undefined, 1],
  ['while it stands still', standsStill, 0],
] as const)('after stop nothing is left: %s', async (_when, entry, wanted) => {
  const before = workers()
  const { encoders } = make(entry === undefined ? {} : { entry })
  const source = new Source(encoders)
  let heard = 0
  encoders.open(OPUS_128, () => heard++)
  await source.until(() => expect(heard).toBeGreaterThanOrEqual(wanted))
  expect(workers()).toBeGreaterThan(before)
  await encoders.stop()
  expect(workers()).toBe(before)
  encoders.open(OPUS_128, () => heard++)
  source.push()
  expect(workers()).toBe(before)
  expect(encoders.counters.restarts).toBe(0)
})
