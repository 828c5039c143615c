import { Resampler } from '../../../src/shared/playout/resampler.ts'
import { OPUS_RATE_HZ } from '../../../src/shared/rungs.ts'

/** Frames of 48 kHz a call may bring: the longest Opus packet a rung has. */
export const MAX_PUSH = 960

/**
 * What was decoded at 48 kHz, in the stream's own rate and at its whole positions: frame n of the stream is the instant of
 * frame n · 48000 / rate of 48 kHz. Where it begins is worked out in whole numbers; from there on the step is a
 * Float64 that is wrong by 1e-16 of itself, 1e-6 frames in a day. Thread: worker; only the constructor allocates.
 */
export class StreamRate {
  /** What `push` has made: so many frames of both arrays, the first of which belongs at `position`. */
  readonly left: Float32Array
  readonly right: Float32Array
  frames = 0
  position = 0
  /** Frames of 48 kHz that `push` keeps back until it knows what follows. */
  readonly lead: number
  readonly #resampler: Resampler | undefined
  /** Frames of the stream per `#down` frames of 48 kHz, in lowest terms. */
  readonly #up: number
  readonly #down: number
  /** Where in the stream the next frame made belongs, and the first that has all of its window. */
  #next = 0
  #whole = 0
  /** The resampler has not been put at its beginning yet: that takes a frame in its window. */
  #startAt = Number.NaN

  /** `rateHz`: a whole number. Throws RangeError when it is none. */
  constructor(rateHz: number) {
    if (!Number.isInteger(rateHz) || rateHz <= 0) throw new RangeError(`a rate of ${rateHz} Hz`)
    const common = greatestCommon(rateHz, OPUS_RATE_HZ)
    this.#up = rateHz / common
    this.#down = OPUS_RATE_HZ / common
    const most = Math.ceil((MAX_PUSH * rateHz) / OPUS_RATE_HZ) + 2
    this.left = new Float32Array(most)
    this.right = new Float32Array(most)
    if (rateHz !== OPUS_RATE_HZ) this.#resampler = new Resampler(Math.min(1, rateHz / OPUS_RATE_HZ))
    this.lead = this.#resampler?.lead ?? 0
  }

  /** Position in the stream of a frame of 48 kHz: not always a whole number. Exact while the product is. */
  toStream(position: number): number {
    const turns = Math.floor(position / this.#down)
    return turns * this.#up + ((position - turns * this.#down) * this.#up) / this.#down
  }

  /** What is pushed next begins at `position` of 48 kHz, and nothing is known of what was before it. */
  restart(position: number): void {
    this.frames = 0
    const resampler = this.#resampler
    if (!resampler) {
      this.#next = this.#whole = position
      return
    }
    const turns = Math.floor(position / this.#down)
    const rest = position - turns * this.#down
    const first = Math.ceil((rest * this.#up) / this.#down)
    this.#next = turns * this.#up + first
    // The window of an output reaches lead − 1 frames back.
    this.#whole = turns * this.#up + Math.ceil(((rest + resampler.lead - 1) * this.#up) / this.#down)
    this.#startAt = (first * this.#down - rest * this.#up) / this.#up
    resampler.reset()
  }

  /** Takes at most MAX_PUSH frames that follow on those before. What comes out is in the fields. */
  push(left: Float32Array, right: Float32Array, frames: number): void {
    const resampler = this.#resampler
    if (!resampler) {
      this.left.set(left.subarray(0, frames))
      this.right.set(right.subarray(0, frames))
      this.position = this.#next
      this.frames = frames
      this.#next += frames
      return
    }
    resampler.push(left, right, frames)
    if (!Number.isNaN(this.#startAt)) {
      // The next output would be centred `lead` frames before the first that was pushed: one that is thrown away leads there.
      resampler.step = resampler.lead + this.#startAt
      resampler.render(this.left, this.right, 0, 1)
      this.#startAt = Number.NaN
    }
    resampler.step = this.#down / this.#up
    const made = this.#ready(resampler)
    resampler.render(this.left, this.right, 0, made)
    const early = Math.min(made, Math.max(0, this.#whole - this.#next))
    if (early > 0) {
      this.left.copyWithin(0, early, made)
      this.right.copyWithin(0, early, made)
    }
    this.position = this.#next + early
    this.frames = made - early
    this.#next += made
  }

  /** How many outputs the frames pushed so far are enough for. */
  #ready(resampler: Resampler): number {
    let frames = Math.max(0, Math.floor((resampler.ahead - resampler.lead) / resampler.step) + 2)
    while (frames > 0 && (frames > this.left.length || resampler.needed(frames) > 0)) frames--
    return frames
  }
}

function greatestCommon(a: number, b: number): number {
  return b === 0 ? a : greatestCommon(b, a % b)
}
