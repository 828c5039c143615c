// A tone that went through a codec is uneven all the time: what of that is the codec's own doing.
import { OpusDecoder } from 'opus-decoder'
import { OpusEncoder } from '../../src/server/streaming/opus/opus-native.ts'
import { RungEncoder } from '../../src/server/streaming/opus/rung-encoder.ts'
import { To48k } from '../../src/server/streaming/opus/to-48k.ts'
import type { OpusRung, Rung } from '../../src/shared/rungs.ts'
import { MAX_OPUS_BYTES } from '../../src/shared/wire/packet.ts'
import { StreamRate } from '../../web/network/decode/stream-rate.ts'
import type { ChirpedTone } from './chirped-tone.ts'
import { findChirpedTone } from './chirped-tone.ts'
import { PLAIN, type Tolerance, unevenness } from './glitches.ts'

const RATE_HZ = 44_100
const INT16 = 32_767
/** A studio plays it louder or softer, and the packets begin elsewhere in it. */
const MARGIN = 1.3

/**
 * Sound of 44.1 kHz as a page would have it of this rung, each frame at its place, with nothing lost on the way: by the server's encoder
 * and the page's decoder.
 */
export async function coded(rung: OpusRung, sound: Float32Array): Promise<Float32Array> {
  const encoder = new RungEncoder(new OpusEncoder(rung))
  const decoder = new OpusDecoder({ preSkip: 0 })
  await decoder.ready
  const bytes = new Uint8Array(3 * (MAX_OPUS_BYTES + 1))
  const rate = new StreamRate(RATE_HZ)
  const out = new Float32Array(sound.length)
  let expected = Number.NaN
  const to48k = new To48k(RATE_HZ, (samples, frames, position) =>
    encoder.push(samples, frames, position, ({ encoder: full }, at) => {
      const { channelData, samplesDecoded } = decoder.decodeFrame(bytes.subarray(0, full.encode(bytes, 0)))
      const [left, right] = channelData
      if (!left || !right) throw new Error('the decoder has no two channels')
      if (at !== expected) rate.restart(at)
      expected = at + samplesDecoded
      rate.push(left, right, samplesDecoded)
      const from = Math.max(0, -rate.position)
      const count = Math.min(rate.frames, out.length - rate.position)
      if (count > from) out.set(rate.left.subarray(from, count), rate.position + from)
    }),
  )
  const pcm = Int16Array.from({ length: 2 * sound.length }, (_, i) =>
    Math.round(INT16 * (sound[i >> 1] as number)),
  )
  to48k.push(pcm, sound.length, 0)
  decoder.free()
  encoder.encoder.free()
  return out
}

/**
 * How far readings of the performance's tone may be off on this rung: as little as nothing was done to it, or as much as the codec does by
 * itself, and a bit. What is smaller than that can not be told from it.
 */
export async function toleranceOf(rung: Rung, performance: ChirpedTone): Promise<Tolerance> {
  if (rung.codec !== 'opus') return PLAIN
  const heard = await coded(rung, performance.sound)
  const { phase, dip, residual } = unevenness(
    heard,
    findChirpedTone(performance, performance.sound, heard).speaker,
  )
  return {
    phase: Math.max(PLAIN.phase, MARGIN * phase),
    dip: Math.max(PLAIN.dip, MARGIN * dip),
    residual: Math.max(PLAIN.residual, MARGIN * residual),
  }
}
