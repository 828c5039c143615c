// Thread: capture child. N channels to stereo through a gain matrix, Int16 to Int16 or Int32 to Float32. With gains of
// 0 and 1 the output is the input, bit for bit (of 24): where no sum can pass full scale, nothing is bent.
//
// Sums are in steps of Int16, with fractions: the gains for Int32 are 2⁻¹⁶ of those asked for, which costs no bit.
import { INT16_SCALE, MIX_CHANNELS } from '../shared/audio-format.ts'
import type { GainMatrix, SampleBits } from '../shared/capture-messages.ts'
import { type InputSamples, inputScale, type MixedSamples } from './samples.ts'

/** A new mix is reached over this long, so that it never clicks. */
const RAMP_MS = 10
/** Below −1 dBFS nothing is touched; above it the curve bends and never reaches past full scale. */
const KNEE = 32768 * 10 ** (-1 / 20)
const ROOM = 32767 - KNEE

/** Bends what is above the knee; Int16 units. */
export function softClip(value: number): number {
  if (value > KNEE) return KNEE + ROOM * Math.tanh((value - KNEE) / ROOM)
  if (value < -KNEE) return -KNEE - ROOM * Math.tanh((-value - KNEE) / ROOM)
  return value
}

export class Mixer {
  /** Output frames whose sum was above full scale. */
  clippedFrames = 0

  readonly #channels: number
  /** What is mixed has 16 bits, and is rounded to them. */
  readonly #rounds: boolean
  /** Gain of 1, for input samples of this kind to be steps of Int16. */
  readonly #unit: number
  /** Highest sample there is, in those steps. */
  readonly #ceiling: number
  readonly #rampFrames: number
  // Interleaved [left, right] per input channel, as the inner loop reads them.
  readonly #gains: Float64Array
  readonly #targets: Float64Array
  readonly #steps: Float64Array
  #rampLeft = 0
  /** False when no input whatever can pass full scale: no side's gains add up to more than 1, none turns −32768 over. */
  #canClip = true
  /** Channels that are heard now: most mixes have many zeroes. */
  #heard: number[] = []

  constructor(channels: number, rateHz: number, bits: SampleBits, gains: GainMatrix) {
    this.#channels = channels
    this.#rounds = bits === 16
    this.#unit = inputScale(bits) / INT16_SCALE
    this.#ceiling = 32768 - 2 ** (16 - bits)
    this.#rampFrames = Math.max(1, Math.round((rateHz * RAMP_MS) / 1000))
    this.#gains = new Float64Array(channels * MIX_CHANNELS)
    this.#targets = new Float64Array(channels * MIX_CHANNELS)
    this.#steps = new Float64Array(channels * MIX_CHANNELS)
    this.#readInto(this.#gains, gains)
    this.#settle()
  }

  /** Begins the way to a new mix, from wherever the present one is. */
  setGains(gains: GainMatrix): void {
    this.#readInto(this.#targets, gains)
    for (let i = 0; i < this.#steps.length; i++)
      this.#steps[i] = ((this.#targets[i] ?? 0) - (this.#gains[i] ?? 0)) / this.#rampFrames
    this.#rampLeft = this.#rampFrames
    this.#canClip = true
    this.#heard = this.#nonZero()
  }

  /** Mixes one block into `out`, interleaved stereo of as many frames, both as `bits` wants. Does not allocate. */
  mix(samples: InputSamples, out: MixedSamples): void {
    const frames = samples.length / this.#channels
    let frame = 0
    for (; frame < frames && this.#rampLeft > 0; frame++) {
      this.#rampOn()
      this.#mixFrames(samples, out, frame, frame + 1)
    }
    this.#mixFrames(samples, out, frame, frames)
  }

  /** Frames `from` to `to` with the gains as they are. */
  #mixFrames(samples: InputSamples, out: MixedSamples, from: number, to: number): void {
    const channels = this.#channels
    const gains = this.#gains
    const heard = this.#heard
    const canClip = this.#canClip
    const ceiling = this.#ceiling
    const rounds = this.#rounds
    for (let frame = from; frame < to; frame++) {
      const base = frame * channels
      let left = 0
      let right = 0
      for (let i = 0; i < heard.length; i++) {
        const channel = heard[i] as number
        const sample = samples[base + channel] as number
        left += sample * (gains[channel * 2] as number)
        right += sample * (gains[channel * 2 + 1] as number)
      }
      if (canClip) {
        if (left > ceiling || left < -32768 || right > ceiling || right < -32768) this.clippedFrames++
        left = softClip(left)
        right = softClip(right)
      }
      if (rounds) {
        // What is cut off by `| 0` is never negative.
        out[frame * 2] = ((left + 32768.5) | 0) - 32768
        out[frame * 2 + 1] = ((right + 32768.5) | 0) - 32768
      } else {
        out[frame * 2] = left * INT16_SCALE
        out[frame * 2 + 1] = right * INT16_SCALE
      }
    }
  }

  #rampOn(): void {
    const gains = this.#gains
    this.#rampLeft--
    if (this.#rampLeft === 0) {
      gains.set(this.#targets) // exactly, whatever the steps summed to
      this.#settle()
    } else for (let i = 0; i < gains.length; i++) gains[i] = (gains[i] as number) + (this.#steps[i] as number)
  }

  /** The gains stay as they are now. */
  #settle(): void {
    let left = 0
    let right = 0
    for (let channel = 0; channel < this.#channels; channel++) {
      left += Math.abs(this.#gains[channel * 2] as number)
      right += Math.abs(this.#gains[channel * 2 + 1] as number)
    }
    this.#canClip = left > this.#unit || right > this.#unit || this.#gains.some((gain) => gain < 0)
    this.#heard = this.#nonZero()
  }

  #readInto(flat: Float64Array, gains: GainMatrix): void {
    for (let channel = 0; channel < this.#channels; channel++)
      for (let side = 0; side < MIX_CHANNELS; side++)
        flat[channel * MIX_CHANNELS + side] = (gains[side]?.[channel] ?? 0) * this.#unit
  }

  #nonZero(): number[] {
    const heard: number[] = []
    for (let channel = 0; channel < this.#channels; channel++) {
      const at = channel * MIX_CHANNELS
      const now = this.#gains[at] !== 0 || this.#gains[at + 1] !== 0
      const soon = this.#rampLeft > 0 && (this.#targets[at] !== 0 || this.#targets[at + 1] !== 0)
      if (now || soon) heard.push(channel)
    }
    return heard
  }
}
