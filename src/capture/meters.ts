// Thread: capture child. Peak and RMS of every input channel, in windows counted in frames.
import type { SampleBits } from '../shared/capture-messages.ts'
import { type InputSamples, inputScale } from './samples.ts'

const WINDOWS_PER_SECOND = 20

export class Meters {
  /** Of the last full window, linear, full scale = 1; reused. */
  readonly peak: number[]
  readonly rms: number[]

  readonly #channels: number
  readonly #scale: number
  readonly #windowFrames: number
  readonly #highest: Float64Array
  readonly #squares: Float64Array
  #frames = 0

  constructor(channels: number, rateHz: number, bits: SampleBits) {
    this.#channels = channels
    this.#scale = inputScale(bits)
    this.#windowFrames = rateHz / WINDOWS_PER_SECOND
    this.#highest = new Float64Array(channels)
    this.#squares = new Float64Array(channels)
    this.peak = new Array<number>(channels).fill(0)
    this.rms = new Array<number>(channels).fill(0)
  }

  /** True when this block filled a window: `peak` and `rms` are new. Does not allocate. */
  add(samples: InputSamples): boolean {
    const channels = this.#channels
    for (let channel = 0; channel < channels; channel++) {
      let highest = this.#highest[channel] as number
      let squares = this.#squares[channel] as number
      for (let i = channel; i < samples.length; i += channels) {
        const value = samples[i] as number
        const size = value < 0 ? -value : value
        if (size > highest) highest = size
        squares += value * value
      }
      this.#highest[channel] = highest
      this.#squares[channel] = squares
    }
    const before = this.#frames
    this.#frames += samples.length / channels
    const full = Math.floor(this.#frames / this.#windowFrames) > Math.floor(before / this.#windowFrames)
    if (full) this.#close()
    return full
  }

  #windowStart = 0
  #close(): void {
    const frames = this.#frames - this.#windowStart
    this.#windowStart = this.#frames
    for (let channel = 0; channel < this.#channels; channel++) {
      this.peak[channel] = (this.#highest[channel] as number) * this.#scale
      this.rms[channel] = Math.sqrt((this.#squares[channel] as number) / frames) * this.#scale
    }
    this.#highest.fill(0)
    this.#squares.fill(0)
  }
}
