import { expect, test } from 'vitest'
import { CODEC, emptyHeader, FLAG_GAP, readHeader } from '../shared/wire/packet.ts'
import { HandOver } from './hand-over.ts'

const FRAMES = 96 // 2 ms: credit is 100 packets, and 100 more may wait

function handOver(bits: 16 | 24 = 16) {
  const sent: { position: number; sequence: number; gap: boolean; sample: number }[] = []
  const header = emptyHeader()
  const pipe = new HandOver({
    streamId: 7,
    rateHz: 48_000,
    frames: FRAMES,
    bits,
    creditMs: 200,
    send(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const end = readHeader(view, 0, header)
      expect([header.streamId, end]).toEqual([7, bytes.byteLength])
      const { position, sequence, flags, codec } = header
      const sample = codec === CODEC.pcm16 ? view.getInt16(32, true) : view.getFloat32(32, true)
      sent.push({ position, sequence, gap: flags === FLAG_GAP, sample })
    },
  })
  const offer = (position: number): void => {
    const packet = pipe.blank()
    packet.header.position = position
    packet.samples.fill(position / FRAMES)
    pipe.offer(packet)
  }
  return { sent, pipe, offer, positions: () => sent.map(({ position }) => position) }
}

test.each([16, 24] as const)(
  'with acks everything passes at once, in packets that say what they are (%i bits)',
  (bits) => {
    const { sent, pipe, offer } = handOver(bits)
    for (let k = 0; k < 1000; k++) {
      offer(k * FRAMES)
      pipe.ack((k + 1) * FRAMES)
    }
    expect(sent).toEqual(
      Array.from({ length: 1000 }, (_, k) => ({ position: k * FRAMES, sequence: k, gap: false, sample: k })),
    )
    expect(pipe.droppedBlocks).toBe(0)
  },
)

test('without acks the credit goes out, as much again waits, and then the oldest go', () => {
  const { sent, pipe, offer, positions } = handOver()
  for (let k = 0; k < 250; k++) offer(k * FRAMES)
  expect(sent).toHaveLength(100)
  expect([pipe.droppedBlocks, pipe.droppedFrames]).toEqual([50, 50 * FRAMES])
  pipe.ack(100 * FRAMES)
  expect(positions().slice(100)).toEqual(Array.from({ length: 100 }, (_, i) => (150 + i) * FRAMES))
  expect(sent.slice(100).map(({ sample }) => sample)).toEqual(Array.from({ length: 100 }, (_, i) => 150 + i))
})

test('what was dropped is a gap in position, not in sequence', () => {
  const { sent, pipe, offer } = handOver()
  for (let k = 0; k < 250; k++) offer(k * FRAMES)
  pipe.ack(100 * FRAMES)
  expect(sent[100]).toMatchObject({ sequence: 100, gap: true })
  expect(sent[101]).toMatchObject({ sequence: 101, gap: false })
})

test('an ack gives back what it covers and no more', () => {
  const { sent, pipe, offer } = handOver()
  for (let k = 0; k < 150; k++) offer(k * FRAMES)
  pipe.ack(10 * FRAMES + 5)
  expect(sent).toHaveLength(110)
  pipe.ack(10 * FRAMES)
  expect(sent).toHaveLength(110)
})

test('a gap in position uses no credit', () => {
  const { offer, positions } = handOver()
  offer(0)
  offer(10_000_000)
  expect(positions()).toEqual([0, 10_000_000])
})
