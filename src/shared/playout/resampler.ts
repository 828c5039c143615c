// Stereo windowed-sinc resampler, 32 taps × 256 phases with linear interpolation between phase rows.
// Pull style: ask how many input frames the next output needs, push them, then render. Runs in the audio
// thread: nothing but the constructor allocates.
import { PHASES, sincTable, TAPS } from './sinc-table.ts'

/** Input frames held before and after the frame an output is centred on: the group delay in input frames. */
export const LEAD_FRAMES = TAPS / 2

/** Input frames the widest step and the largest quantum may need at once. */
const WINDOW = 4096

export class Resampler {
  readonly #table: Float32Array
  readonly #left = new Float32Array(WINDOW)
  readonly #right = new Float32Array(WINDOW)
  /** Frames held; the first TAPS − 1 at least are history for the next output. */
  #held = 0
  /** Where the next output is centred, as an index into the window: tap TAPS/2 − 1 of the kernel. */
  #centre = LEAD_FRAMES - 1

  /** `bandwidth`: output rate / input rate when that is below 1, else 1. */
  constructor(bandwidth = 1) {
    this.#table = sincTable(bandwidth)
    this.reset()
  }

  /** Forgets everything: the window is silence. The next frame pushed is centred LEAD_FRAMES pushes later. */
  reset(): void {
    this.#left.fill(0)
    this.#right.fill(0)
    this.#held = TAPS - 1
    this.#centre = LEAD_FRAMES - 1
  }

  /** How many frames must be pushed before `frames` outputs can be rendered at `step` input frames each. */
  needed(frames: number, step: number): number {
    const last = Math.floor(this.#centre + (frames - 1) * step) + LEAD_FRAMES
    return Math.max(0, last + 1 - this.#held)
  }

  /** Appends input frames. Throws RangeError when the window would overflow: a bug of the caller. */
  push(left: Float32Array, right: Float32Array, frames: number): void {
    if (this.#held + frames > WINDOW) throw new RangeError(`resampler window of ${WINDOW} frames is full`)
    for (let i = 0; i < frames; i++) {
      this.#left[this.#held + i] = left[i] as number
      this.#right[this.#held + i] = right[i] as number
    }
    this.#held += frames
  }

  /** Renders `frames` outputs from `offset` on. `needed(frames, step)` frames must have been pushed before. */
  render(left: Float32Array, right: Float32Array, offset: number, frames: number, step: number): void {
    const table = this.#table
    const inLeft = this.#left
    const inRight = this.#right
    let centre = this.#centre
    for (let i = offset; i < offset + frames; i++) {
      const whole = Math.floor(centre)
      const phase = (centre - whole) * PHASES
      const row = Math.floor(phase)
      const blend = phase - row
      let a = row * TAPS
      let b = a + TAPS
      let from = whole - (LEAD_FRAMES - 1)
      let sumLeft = 0
      let sumRight = 0
      for (let k = 0; k < TAPS; k++, a++, b++, from++) {
        const h0 = table[a] as number
        const h = h0 + blend * ((table[b] as number) - h0)
        sumLeft += h * (inLeft[from] as number)
        sumRight += h * (inRight[from] as number)
      }
      left[i] = sumLeft
      right[i] = sumRight
      centre += step
    }
    this.#centre = centre
    this.#discard()
  }

  /** Frames pushed that lie after the centre of the next output: pushed position − this = position playing. */
  get ahead(): number {
    return this.#held - this.#centre
  }

  #discard(): void {
    const drop = Math.floor(this.#centre) - (LEAD_FRAMES - 1)
    if (drop <= 0) return
    this.#left.copyWithin(0, drop, this.#held)
    this.#right.copyWithin(0, drop, this.#held)
    this.#held -= drop
    this.#centre -= drop
  }
}
