import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CODEC,
  emptyHeader,
  HEADER_BYTES,
  type PacketHeader,
  readHeader,
  writeHeader,
} from '../../shared/wire/packet.ts'
import { PacketReader } from './packet-reader.ts'
import { toPcm16 } from './pcm16.ts'

const STEP = 1 / 32768

/** A stereo packet of these samples, `offset` bytes into its memory. */
function packetOf(samples: readonly number[], position = 0, offset = 0): [Buffer, PacketHeader] {
  const floats = Float32Array.from(samples)
  const header: PacketHeader = {
    ...emptyHeader(),
    flags: 1,
    codec: CODEC.pcmF32,
    channels: 2,
    frames: samples.length / 2,
    payloadBytes: floats.byteLength,
    streamId: 77,
    sequence: 12,
    position,
    captureUs: 123_456.5,
  }
  const packet = Buffer.alloc(offset + HEADER_BYTES + floats.byteLength).subarray(offset)
  writeHeader(new DataView(packet.buffer, packet.byteOffset, packet.length), 0, header)
  packet.set(new Uint8Array(floats.buffer), HEADER_BYTES)
  return [packet, header]
}

function samplesOf(packet: Buffer): Int16Array {
  return new Int16Array(
    packet.buffer.slice(packet.byteOffset + HEADER_BYTES, packet.byteOffset + packet.length),
  )
}

const convert = (samples: readonly number[], position = 0): Int16Array =>
  samplesOf(toPcm16(...packetOf(samples, position)))

test('the header says Int16 and is otherwise what it was; the packet itself is not changed', () => {
  const [packet, header] = packetOf([0.1, 0.2, 0.3, 0.4], 9_000_000_000)
  const before = Buffer.from(packet)
  const out = toPcm16(packet, header)
  const read = emptyHeader()
  expect(readHeader(new DataView(out.buffer, out.byteOffset, out.length), 0, read)).toBe(out.length)
  expect(read).toEqual({ ...header, codec: CODEC.pcm16, payloadBytes: 8 })
  expect(packet).toEqual(before)
})

test('what 16 bits hold comes back bit for bit: silence stays silence', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 1 }), (values) => {
      const stereo = values.flatMap((value) => [value, -1 - value])
      expect(Array.from(convert(stereo.map((value) => value * STEP)))).toEqual(stereo)
    }),
    { seed: 3 },
  )
})

test('anything else is at most a step and a half away, and never past full scale', () => {
  const sample = fc.double({ min: -1.01, max: 1.01, noNaN: true })
  fc.assert(
    fc.property(fc.array(fc.tuple(sample, sample), { minLength: 1 }), fc.nat(), (frames, position) => {
      const samples = frames.flat()
      convert(samples, position).forEach((value, i) => {
        const wanted = Math.max(-32768, Math.min(32767, Math.fround(samples[i] as number) * 32768))
        expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1.5)
      })
    }),
    { seed: 4 },
  )
})

test('the same packet is always the same bytes, wherever it lies in memory', () => {
  const samples = Array.from({ length: 256 }, (_, i) => Math.sin(i) * 0.3)
  const golden = toPcm16(...packetOf(samples, 5000))
  for (const offset of [1, 2, 3, 4]) expect(toPcm16(...packetOf(samples, 5000, offset))).toEqual(golden)
  expect(toPcm16(...packetOf(samples, 5128))).not.toEqual(golden)
})

describe('the error', () => {
  const FRAMES = 65_536
  const errors = (level: number): { mean: number; power: number; likeness: number } => {
    let mean = 0
    let power = 0
    let likeness = 0
    for (let at = 0; at < FRAMES; at += 128) {
      const samples = Array.from({ length: 256 }, (_, i) => level * STEP * Math.sin((at * 2 + i) / 50))
      convert(samples, at).forEach((value, i) => {
        const signal = (samples[i] as number) * 32768
        const error = value - signal
        mean += error / (FRAMES * 2)
        power += error ** 2 / (FRAMES * 2)
        likeness += (error * signal) / level / (FRAMES * 2)
      })
    }
    return { mean, power, likeness }
  }

  test.each([0.3, 0.5, 20.3, 1000])('is hiss that knows nothing of the sound, at %d steps', (level) => {
    const { mean, power, likeness } = errors(level)
    expect(Math.abs(mean)).toBeLessThan(0.01)
    expect(Math.abs(likeness)).toBeLessThan(0.01)
    // Rounding 1/12, the noise 2/12 of a step squared.
    expect(power).toBeCloseTo(0.25, 2)
  })
})

test('Int16 packets are passed on; what is not PCM is a mistake of the caller', () => {
  const [packet, header] = packetOf([0, 0])
  expect(toPcm16(packet, { ...header, codec: CODEC.pcm16 })).toBe(packet)
  expect(() => toPcm16(packet, { ...header, codec: CODEC.opus })).toThrow(RangeError)
})

test('both kinds come through the reader of the pipe, whatever it is cut into', () => {
  const [floats, header] = packetOf([0.5, -0.5, 0.25, 1 / 3], 128)
  const ints = toPcm16(floats, header)
  const stream = Buffer.concat([floats, ints, floats])
  for (const size of [1, 7, 33, 1000]) {
    const out: Buffer[] = []
    const again: Buffer[] = []
    const reader = new PacketReader((packet, { ...header }) => {
      out.push(Buffer.from(packet))
      again.push(Buffer.from(toPcm16(packet, header)))
    })
    for (let at = 0; at < stream.length; at += size) reader.push(stream.subarray(at, at + size))
    expect(out).toEqual([floats, ints, floats])
    expect(again).toEqual([ints, ints, ints])
  }
})
