import type { StereoResampler } from '../../src/shared/playout/playout.ts'
import { LEAD_FRAMES } from '../../src/shared/playout/resampler.ts'

/** Counts frames as the resampler does, and moves no samples: for simulations that ask when, not what. */
export class PositionResampler implements StereoResampler {
  #held = 2 * LEAD_FRAMES - 1
  #centre = LEAD_FRAMES - 1

  needed(frames: number, step: number): number {
    return Math.max(0, Math.floor(this.#centre + (frames - 1) * step) + LEAD_FRAMES + 1 - this.#held)
  }

  push(_left: Float32Array, _right: Float32Array, frames: number): void {
    this.#held += frames
  }

  render(_left: Float32Array, _right: Float32Array, _offset: number, frames: number, step: number): void {
    this.#centre += frames * step
    const drop = Math.floor(this.#centre) - (LEAD_FRAMES - 1)
    this.#held -= drop
    this.#centre -= drop
  }

  get ahead(): number {
    return this.#held - this.#centre
  }
}
