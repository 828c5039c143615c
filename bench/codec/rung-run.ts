// One rung at one tuning over a sound: what it costs, what comes of it.
import { OpusDecoder } from 'opus-decoder'
import { OpusEncoder, type OpusTuning } from '../../src/server/streaming/opus/opus-native.ts'
import { OPUS_LOOKAHEAD_FRAMES, type OpusRung } from '../../src/shared/rungs.ts'
import { MAX_OPUS_BYTES } from '../../src/shared/wire/packet.ts'
import { bandErrorDb } from './band-error.ts'

export interface RungRun {
  encodeUs: number[]
  decodeUs: number[]
  /** CPU time of the encoding, % of a core while the sound plays. */
  corePercent: number
  bitsPerSecond: number
  /** Largest packet against the mean one. */
  largest: number
  errorDb: number
  snrDb: number
}

/** `sound`: interleaved, 48 kHz. The compiler settles in a run before. */
export async function runRung(sound: Int16Array, rung: OpusRung, tuning: OpusTuning): Promise<RungRun> {
  const encoder = new OpusEncoder(rung, tuning)
  const { packets, us: encodeUs, cpuMs } = encode(sound, encoder)
  encoder.free()
  const decoder = new OpusDecoder({ preSkip: 0 })
  await decoder.ready
  const decoded = new Float32Array(packets.length * encoder.frames)
  const decodeUs = packets.map((packet, i) => {
    const startUs = performance.now() * 1000
    const { channelData } = decoder.decodeFrame(packet)
    const us = performance.now() * 1000 - startUs
    decoded.set(channelData[0] as Float32Array, i * encoder.frames)
    return us
  })
  decoder.free()
  const heard = decoded.subarray(OPUS_LOOKAHEAD_FRAMES)
  const original = withoutDc(Float32Array.from(heard, (_, i) => (sound[2 * i] as number) / 32_768))
  const seconds = decoded.length / 48_000
  const sizes = packets.map(({ length }) => length)
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  return {
    encodeUs,
    decodeUs,
    corePercent: cpuMs / 10 / seconds,
    bitsPerSecond: (bytes * 8) / seconds,
    largest: (Math.max(...sizes) * packets.length) / bytes,
    errorDb: bandErrorDb(original, heard),
    snrDb: snrDb(original, heard),
  }
}

function encode(sound: Int16Array, encoder: OpusEncoder) {
  const out = new Uint8Array(3 * (MAX_OPUS_BYTES + 1))
  const packets: Uint8Array[] = []
  const us: number[] = []
  const cpuBefore = process.cpuUsage()
  for (let from = 0; from + encoder.frames <= sound.length / 2; from += encoder.frames) {
    const startUs = performance.now() * 1000
    encoder.fill(sound, from, encoder.frames, 0)
    const bytes = encoder.encode(out, 0)
    us.push(performance.now() * 1000 - startUs)
    packets.push(out.slice(0, bytes))
  }
  const { user, system } = process.cpuUsage(cpuBefore)
  return { packets, us, cpuMs: (user + system) / 1000 }
}

/** Opus takes away what is below 3 Hz before it encodes; nobody hears that, and it would rule the SNR. */
function withoutDc(sound: Float32Array): Float32Array {
  const share = (6.3 * 3) / 48_000
  let dc = 0
  return sound.map((x) => {
    const rest = x - dc
    dc += share * rest
    return rest
  })
}

function snrDb(original: Float32Array, heard: Float32Array): number {
  let [signal, error] = [0, 0]
  original.forEach((x, i) => {
    signal += x ** 2
    error += ((heard[i] as number) - x) ** 2
  })
  return 10 * Math.log10(signal / error)
}
