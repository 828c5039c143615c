// Real encoder, real decoder: a segment of Opus is where it belongs, and nothing of the one before is in it.
import OpusScript from 'opusscript'
import { expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../../../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../../../src/shared/ring/sample-ring.ts'
import { OPUS_LOOKAHEAD_FRAMES, OPUS_RATE_HZ, OPUS_WARM_UP_MS } from '../../../src/shared/rungs.ts'
import { CODEC, FLAG_WARM_UP, HEADER_BYTES, writeHeader } from '../../../src/shared/wire/packet.ts'
import { loadOpusDecoder } from '../decode/opus-loader.ts'
import { PacketIntake } from '../packet-intake.ts'

const RATE = 44_100
const OPUS_FRAMES = 240
const WARM_UP_PACKETS = (OPUS_WARM_UP_MS * OPUS_RATE_HZ) / 1000 / OPUS_FRAMES
/** OPUS_SET_PACKET_LOSS_PERC, as the server has it: a decoder that begins in the middle is soon right. */
const EXPECTS_LOSSES = [4014, 10] as const
const decoder = await loadOpusDecoder()

/** Low for a second, then high. */
const sound = (s: number) => 0.5 * Math.sin(2 * Math.PI * (s < 1 ? 300 : 700) * s)

/** Two seconds of it, packet by packet, with where each begins in frames of 48 kHz. */
function encode(): { position: number; payload: Uint8Array }[] {
  const encoder = new OpusScript(OPUS_RATE_HZ, 2, OpusScript.Application.RESTRICTED_LOWDELAY)
  encoder.setBitrate(128_000)
  encoder.encoderCTL(...EXPECTS_LOSSES)
  const packets = Array.from({ length: (2 * OPUS_RATE_HZ) / OPUS_FRAMES }, (_, n) => {
    const pcm = new Int16Array(2 * OPUS_FRAMES)
    for (let i = 0; i < OPUS_FRAMES; i++)
      pcm.fill(Math.round(sound((n * OPUS_FRAMES + i) / OPUS_RATE_HZ) * 32768), 2 * i, 2 * i + 2)
    const payload = new Uint8Array(encoder.encode(Buffer.from(pcm.buffer), OPUS_FRAMES))
    return { position: n * OPUS_FRAMES - OPUS_LOOKAHEAD_FRAMES, payload }
  })
  encoder.delete()
  return packets.filter(({ position }) => position >= 0)
}

function message({ position, payload }: { position: number; payload: Uint8Array }, flags: number) {
  const bytes = new ArrayBuffer(HEADER_BYTES + payload.length)
  writeHeader(new DataView(bytes), 0, {
    ...{ flags, codec: CODEC.opus, channels: 2, frames: OPUS_FRAMES, payloadBytes: payload.length },
    ...{ streamId: 7, sequence: 0, position, captureUs: (position * 1e6) / OPUS_RATE_HZ },
  })
  new Uint8Array(bytes, HEADER_BYTES).set(payload)
  return bytes
}

function receiver() {
  const memory = createSampleRing()
  const control = new ControlBlock(createControlBlock())
  const intake = new PacketIntake({
    ring: new SampleRing(memory),
    control,
    onPacket: () => {},
    onTurn: () => {},
  })
  intake.begin({ serial: 1, streamId: 7, rateHz: RATE, packetFrames: 128 })
  intake.startOpus(decoder)
  const ring = new SampleRing(memory)
  return {
    intake,
    control,
    read(from: number, to: number): Float32Array {
      const left = new Float32Array(to - from)
      expect(ring.available(from, to - from)).toBe(to - from)
      ring.read(from, left, new Float32Array(to - from), 0, to - from)
      return left
    },
  }
}

function worst(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] as number))), 0)
}

test('a seek in Opus goes on at its frame with the other sound, and has no hole', () => {
  const packets = encode()
  const toStream = (position: number) => (position * RATE) / OPUS_RATE_HZ
  const live = receiver()
  for (const packet of packets) live.intake.take(message(packet, 0), 0)
  const from = Math.round(1.5 * RATE) + 7
  const shift = RATE
  const { intake, control, read } = receiver()
  for (const packet of packets) if (toStream(packet.position) < from) intake.take(message(packet, 0), 0)
  const segment = { from, shift, muted: false }
  intake.segmentComes(segment, Number.NaN)
  intake.playSegment(segment)
  const first = packets.findIndex(({ position }) => toStream(position + OPUS_FRAMES) > from - shift)
  packets.slice(first - WARM_UP_PACKETS, first + 60).forEach((packet, i) => {
    intake.take(message(packet, i < WARM_UP_PACKETS ? FLAG_WARM_UP : 0), 0)
  })
  const frames = Math.round(0.2 * RATE)
  // The last packet before ends up to a packet later than the frame, its resampler's window earlier.
  const fade = Math.round(0.006 * RATE)
  const before = [from - frames, from - fade] as const
  expect(worst(read(...before), live.read(...before))).toBeLessThan(1e-6)
  const after = read(from + fade, from + frames)
  expect(worst(after, live.read(from + fade - shift, from + frames - shift))).toBeLessThan(0.01)
  // One frame off would be far more.
  expect(worst(after, live.read(from + fade - shift + 1, from + frames - shift + 1))).toBeGreaterThan(0.02)
  expect(worst(read(from - 2, from + 2), new Float32Array(4))).toBeLessThan(0.001)
  expect(control.get('packetsMissing')).toBe(0)
})
