// The inner loop of the resampler: a window of input frames and one dot product per frame and channel. There are two:
// this one, which every engine runs and which defines what is right, and WebAssembly SIMD beside it.
import { PHASES, type SincTable } from './sinc-table.ts'

/** Input frames a kernel holds: the widest step and the largest quantum need fewer. */
export const WINDOW_FRAMES = 4096

/** Audio thread: nothing but the constructor allocates. */
export interface ResamplerKernel {
  readonly taps: number
  /**
   * What `render` is told beside whole numbers: [0] the centre of its first output, as an index into the window, and
   * [1] the step. Fractions given as arguments would be number objects wherever the call is not inlined: garbage.
   */
  readonly place: Float64Array
  /** The input frames, WINDOW_FRAMES of each channel; the owner writes and shifts them. */
  readonly left: Float32Array | Float64Array
  readonly right: Float32Array | Float64Array
  /**
   * Writes `frames` outputs from `offset` on. Output i is centred on centre + i · step: taps/2 − 1 frames before the
   * whole frame of it and taps/2 after are read.
   */
  render(left: Float32Array, right: Float32Array, offset: number, frames: number): void
}

/** Plain TypeScript. Float64 throughout: engines spend no instructions on widening, 5 to 25 % of the time. */
export class ScalarKernel implements ResamplerKernel {
  readonly taps: number
  readonly place = new Float64Array(2)
  readonly left = new Float64Array(WINDOW_FRAMES)
  readonly right = new Float64Array(WINDOW_FRAMES)
  readonly #rows: Float64Array

  constructor(table: SincTable) {
    this.taps = table.taps
    this.#rows = table.rows
  }

  render(left: Float32Array, right: Float32Array, offset: number, frames: number): void {
    const centre = this.place[0] as number
    const step = this.place[1] as number
    const taps = this.taps
    const rows = this.#rows
    const inLeft = this.left
    const inRight = this.right
    for (let i = 0; i < frames; i++) {
      const at = centre + i * step
      const whole = Math.floor(at)
      const phase = (at - whole) * PHASES
      const row = Math.floor(phase)
      const blend = phase - row
      let a = row * taps
      let b = a + taps
      const end = b
      let from = whole - (taps / 2 - 1)
      // Even and odd taps are summed apart: one addition need not wait for the one before.
      let left0 = 0
      let left1 = 0
      let right0 = 0
      let right1 = 0
      for (; a < end; a += 2, b += 2, from += 2) {
        const even = rows[a] as number
        const odd = rows[a + 1] as number
        const h0 = even + blend * ((rows[b] as number) - even)
        const h1 = odd + blend * ((rows[b + 1] as number) - odd)
        left0 += h0 * (inLeft[from] as number)
        left1 += h1 * (inLeft[from + 1] as number)
        right0 += h0 * (inRight[from] as number)
        right1 += h1 * (inRight[from + 1] as number)
      }
      left[offset + i] = left0 + left1
      right[offset + i] = right0 + right1
    }
  }
}
