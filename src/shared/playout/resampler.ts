// Stereo windowed-sinc resampler with 256 phases and linear interpolation between phase rows: 32 taps, or more where
// the rate falls. Pull style: ask how many input frames the next output needs, push them, then render. Runs in the
// audio thread: nothing but the constructor allocates.
import { type ResamplerKernel, ScalarKernel, WINDOW_FRAMES } from './resampler-kernel.ts'
import { SimdKernel } from './resampler-simd.ts'
import { type SincTable, sincTable, TAPS } from './sinc-table.ts'

/** Group delay in input frames where the output rate is not below the input rate. */
export const LEAD_FRAMES = TAPS / 2

export class Resampler {
  /** Input frames read after the frame an output is centred on, and one fewer before it: the group delay. */
  readonly lead: number
  /** Input frames per output; set before `needed` and kept until `render`. A field, for the reason given in moment.ts. */
  step = Number.NaN
  readonly #kernel: ResamplerKernel
  /** Frames held; the first taps − 1 at least are history for the next output. */
  #held = 0
  /** Where the next output is centred, as an index into the window. */
  #centre = 0

  /**
   * `bandwidth`: output rate / input rate when that is below 1, else 1. `makeKernel`: the quickest this engine has,
   * unless a test or a bench asks for one.
   */
  constructor(bandwidth = 1, makeKernel: (table: SincTable) => ResamplerKernel = quickestKernel) {
    this.#kernel = makeKernel(sincTable(bandwidth))
    this.lead = this.#kernel.taps / 2
    this.reset()
  }

  /** Forgets everything: the window is silence. The next frame pushed is centred half the taps' pushes later. */
  reset(): void {
    this.#kernel.left.fill(0)
    this.#kernel.right.fill(0)
    this.#held = 2 * this.lead - 1
    this.#centre = this.lead - 1
  }

  /** How many frames must be pushed before `frames` outputs can be rendered. */
  needed(frames: number): number {
    const last = Math.floor(this.#centre + (frames - 1) * this.step) + this.lead
    return Math.max(0, last + 1 - this.#held)
  }

  /** Appends input frames. Throws RangeError when the window would overflow: a bug of the caller. */
  push(left: Float32Array, right: Float32Array, frames: number): void {
    const held = this.#held
    if (held + frames > WINDOW_FRAMES)
      throw new RangeError(`resampler window of ${WINDOW_FRAMES} frames is full`)
    const inLeft = this.#kernel.left
    const inRight = this.#kernel.right
    for (let i = 0; i < frames; i++) {
      inLeft[held + i] = left[i] as number
      inRight[held + i] = right[i] as number
    }
    this.#held = held + frames
  }

  /** Renders `frames` outputs from `offset` on. `needed(frames)` frames must have been pushed before. */
  render(left: Float32Array, right: Float32Array, offset: number, frames: number): void {
    const { place } = this.#kernel
    const { step } = this
    place[0] = this.#centre
    place[1] = step
    this.#kernel.render(left, right, offset, frames)
    this.#centre += frames * step
    this.#discard()
  }

  /** Frames pushed that lie after the centre of the next output: pushed position − this = position playing. */
  get ahead(): number {
    return this.#held - this.#centre
  }

  #discard(): void {
    const drop = Math.floor(this.#centre) - (this.lead - 1)
    if (drop <= 0) return
    this.#kernel.left.copyWithin(0, drop, this.#held)
    this.#kernel.right.copyWithin(0, drop, this.#held)
    this.#held -= drop
    this.#centre -= drop
  }
}

function quickestKernel(table: SincTable): ResamplerKernel {
  return SimdKernel.tryMake(table) ?? new ScalarKernel(table)
}
