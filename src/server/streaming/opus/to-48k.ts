// Thread: Opus worker. Audio of any rate to Int16 at 48 kHz, each frame at its exact place.
import { INT16_SCALE, MIX_CHANNELS } from '../../../shared/audio-format.ts'
import { Resampler } from '../../../shared/playout/resampler.ts'
import { OPUS_RATE_HZ } from '../../../shared/rungs.ts'
import { Alignment } from './alignment.ts'

/** Input frames taken in one go: far less than the resampler's window holds. */
const CHUNK_FRAMES = 512
const FULL_SCALE = 1 / INT16_SCALE

/** Interleaved Int16 of 48 kHz, valid during the call only; `position` is that of its first frame. */
export type OnFrames48k = (samples: Int16Array, frames: number, position: number) => void

/** Samples of a packet, interleaved. */
export type Pcm = Int16Array | Float32Array

/**
 * Allocates only when built. Output m is centred on input m · into / outOf: the resampler's kernel is symmetrical, so
 * it adds waiting but no shift. Its own place is a binary fraction that is added to for hours; what that lacks of the
 * true one, reckoned in integers, goes into the next step, so it never adds up.
 */
export class To48k {
  readonly #onFrames: OnFrames48k
  readonly #rates: Alignment
  /** None where the stream has 48 kHz already. */
  readonly #resampler: Resampler | undefined
  readonly #left = new Float32Array(CHUNK_FRAMES)
  readonly #right = new Float32Array(CHUNK_FRAMES)
  readonly #outLeft: Float32Array
  readonly #outRight: Float32Array
  readonly #out: Int16Array
  /** Position expected next; none before the first packet. */
  #next: number | undefined
  /** Both counted from the coincidence before the first frame of the run: products of them stay exact. */
  #pushed = 0
  #rendered = 0
  #origin48k = 0

  constructor(rateHz: number, onFrames: OnFrames48k) {
    this.#onFrames = onFrames
    this.#rates = new Alignment(rateHz)
    if (rateHz !== OPUS_RATE_HZ) this.#resampler = new Resampler(Math.min(1, OPUS_RATE_HZ / rateHz))
    const outFrames = Math.ceil((CHUNK_FRAMES * OPUS_RATE_HZ) / rateHz) + 1
    this.#outLeft = new Float32Array(outFrames)
    this.#outRight = new Float32Array(outFrames)
    this.#out = new Int16Array(outFrames * MIX_CHANNELS)
  }

  /** Frames `position` … `position + frames`. Where they do not follow the last ones, silence is taken to lie before them. */
  push(pcm: Pcm, frames: number, position: number): void {
    if (position !== this.#next) this.#begin(position)
    this.#next = position + frames
    for (let from = 0; from < frames; from += CHUNK_FRAMES) {
      const count = Math.min(CHUNK_FRAMES, frames - from)
      this.#split(pcm, from, count)
      if (this.#resampler === undefined) this.#give(this.#left, this.#right, count, position + from)
      else this.#resample(this.#resampler, count)
    }
  }

  #begin(position: number): void {
    const { into, outOf } = this.#rates
    const rest = position % into
    this.#origin48k = ((position - rest) / into) * outOf
    this.#pushed = rest
    this.#rendered = this.#rates.firstFrom(position) - this.#origin48k
    const resampler = this.#resampler
    if (resampler === undefined) return
    resampler.reset()
    // The place is moved by an output nobody hears, of silence: from half a kernel before the silent frame it needs to
    // where the first output belongs, seen from the first frame, which comes next.
    resampler.step = 0
    const silent = resampler.needed(1)
    resampler.push(this.#left.fill(0, 0, silent), this.#left, silent)
    resampler.step = resampler.lead + silent + (this.#rendered * into) / outOf - rest
    resampler.render(this.#outLeft, this.#outRight, 0, 1)
  }

  /** Apart by channel, a full scale of Int16. */
  #split(pcm: Pcm, from: number, count: number): void {
    const scale = pcm instanceof Float32Array ? FULL_SCALE : 1
    for (let i = 0; i < count; i++) {
      this.#left[i] = (pcm[2 * (from + i)] as number) * scale
      this.#right[i] = (pcm[2 * (from + i) + 1] as number) * scale
    }
  }

  #resample(resampler: Resampler, count: number): void {
    const { into, outOf } = this.#rates
    resampler.push(this.#left, this.#right, count)
    this.#pushed += count
    const end = Math.ceil(((this.#pushed - resampler.lead) * outOf) / into)
    const frames = end - this.#rendered
    if (frames <= 0) return
    const ahead = (this.#pushed * outOf - this.#rendered * into) / outOf
    resampler.step = into / outOf + (resampler.ahead - ahead) / frames
    resampler.render(this.#outLeft, this.#outRight, 0, frames)
    const position = this.#origin48k + this.#rendered
    this.#rendered = end
    this.#give(this.#outLeft, this.#outRight, frames, position)
  }

  #give(left: Float32Array, right: Float32Array, frames: number, position: number): void {
    for (let i = 0; i < frames; i++) {
      this.#out[2 * i] = toInt16(left[i] as number)
      this.#out[2 * i + 1] = toInt16(right[i] as number)
    }
    this.#onFrames(this.#out, frames, position)
  }
}

function toInt16(sample: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(sample)))
}
