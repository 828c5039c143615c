// Thread: capture child. N channels of Int16 to stereo Int16 through a gain matrix. With gains of 0 and 1 and
// a sum below the knee the output is the input, bit for bit.
import { MIX_CHANNELS } from '../shared/audio-format.ts'
import type { GainMatrix } from '../shared/capture-messages.ts'

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
  readonly #rampFrames: number
  // Interleaved [left, right] per input channel, as the inner loop reads them.
  readonly #gains: Float64Array
  readonly #targets: Float64Array
  readonly #steps: Float64Array
  #rampLeft = 0
  /** Channels that are heard now: most mixes have many zeroes. */
  #heard: number[]

  constructor(channels: number, rateHz: number, gains: GainMatrix) {
    this.#channels = channels
    this.#rampFrames = Math.max(1, Math.round((rateHz * RAMP_MS) / 1000))
    this.#gains = new Float64Array(channels * MIX_CHANNELS)
    this.#targets = new Float64Array(channels * MIX_CHANNELS)
    this.#steps = new Float64Array(channels * MIX_CHANNELS)
    this.#readInto(this.#gains, gains)
    this.#heard = this.#nonZero()
  }

  /** Begins the way to a new mix, from wherever the present one is. */
  setGains(gains: GainMatrix): void {
    this.#readInto(this.#targets, gains)
    for (let i = 0; i < this.#steps.length; i++)
      this.#steps[i] = ((this.#targets[i] ?? 0) - (this.#gains[i] ?? 0)) / this.#rampFrames
    this.#rampLeft = this.#rampFrames
    this.#heard = this.#nonZero()
  }

  /** Mixes one block into new stereo bytes: the only allocation. */
  mix(samples: Int16Array): Uint8Array {
    const frames = samples.length / this.#channels
    const out = new Int16Array(frames * MIX_CHANNELS)
    const gains = this.#gains
    for (let frame = 0; frame < frames; frame++) {
      if (this.#rampLeft > 0) this.#rampOn()
      const base = frame * this.#channels
      const heard = this.#heard
      let left = 0
      let right = 0
      for (let i = 0; i < heard.length; i++) {
        const channel = heard[i] as number
        const sample = samples[base + channel] as number
        left += sample * (gains[channel * 2] as number)
        right += sample * (gains[channel * 2 + 1] as number)
      }
      if (left > 32767 || left < -32768 || right > 32767 || right < -32768) this.clippedFrames++
      out[frame * 2] = Math.round(softClip(left))
      out[frame * 2 + 1] = Math.round(softClip(right))
    }
    return new Uint8Array(out.buffer)
  }

  #rampOn(): void {
    const gains = this.#gains
    this.#rampLeft--
    if (this.#rampLeft === 0) {
      gains.set(this.#targets) // exactly, whatever the steps summed to
      this.#heard = this.#nonZero()
    } else for (let i = 0; i < gains.length; i++) gains[i] = (gains[i] as number) + (this.#steps[i] as number)
  }

  #readInto(flat: Float64Array, gains: GainMatrix): void {
    for (let channel = 0; channel < this.#channels; channel++)
      for (let side = 0; side < MIX_CHANNELS; side++)
        flat[channel * MIX_CHANNELS + side] = gains[side]?.[channel] ?? 0
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
