import type { StereoResampler } from '../../src/shared/playout/playout.ts'
import { tapsOf } from '../../src/shared/playout/sinc-table.ts'

/** Counts frames as the resampler does, and moves no samples: for simulations that ask when, not what. */
export class PositionResampler implements StereoResampler {
  readonly lead: number
  step = Number.NaN
  #held: number
  #centre: number

  /** `bandwidth`: as the resampler takes it. */
  constructor(bandwidth: number) {
    this.lead = tapsOf(bandwidth) / 2
    this.#held = 2 * this.lead - 1
    this.#centre = this.lead - 1
  }

  needed(frames: number): number {
    return Math.max(0, Math.floor(this.#centre + (frames - 1) * this.step) + this.lead + 1 - this.#held)
  }

  push(_left: Float32Array, _right: Float32Array, frames: number): void {
    this.#held += frames
  }

  render(_left: Float32Array, _right: Float32Array, _offset: number, frames: number): void {
    this.#centre += frames * this.step
    const drop = Math.floor(this.#centre) - (this.lead - 1)
    this.#held -= drop
    this.#centre -= drop
  }

  get ahead(): number {
    return this.#held - this.#centre
  }
}
