// Thread: capture child. Adds the marker of a measurement to the mix, at a position that is known ahead, so that everybody
// on the way can be told to look for it. Pure; allocates only when it is built.
import { INT16_SCALE, MIX_CHANNELS } from '../shared/audio-format.ts'
import type { SampleBits } from '../shared/capture-messages.ts'
import { markerSound } from '../shared/dsp/marker.ts'
import type { MixedSamples } from './samples.ts'

/**
 * Telling the server, and the server its listener, takes less, so the news is there before the sound; but not when blocks
 * that waited come all at once.
 */
const AHEAD_S = 0.1

/** What became of the marker in a block; lost: the source had a gap where it was to begin. */
export type MarkerStep = 'nothing' | 'begun' | 'goes-on' | 'lost'

export class MarkerVoice {
  readonly #sound: Float32Array
  readonly #aheadFrames: number
  readonly #rounds: boolean
  /** And the highest and the lowest sample there is. */
  readonly #fullScale: number
  readonly #least: number
  readonly #most: number
  /** Where it begins; NaN: there is none. */
  #position = Number.NaN
  #begun = false

  constructor(rateHz: number, bits: SampleBits) {
    this.#sound = markerSound(rateHz)
    this.#aheadFrames = AHEAD_S * rateHz
    this.#rounds = bits === 16
    this.#fullScale = this.#rounds ? 1 / INT16_SCALE : 1
    this.#least = -this.#fullScale
    this.#most = this.#fullScale - (this.#rounds ? 1 : 0)
  }

  /** It is to begin with a block, soon. `next`: position of the next one; `blockFrames`: of each. Returns where. */
  plan(next: number, blockFrames: number): number {
    this.#begun = false
    this.#position = next + Math.ceil(this.#aheadFrames / blockFrames) * blockFrames
    return this.#position
  }

  /** Adds what of it lies in this block of interleaved stereo, whose first frame is `position`. Nothing passes full scale. */
  add(position: number, samples: MixedSamples): MarkerStep {
    const into = position - this.#position
    // NaN, too.
    if (!(into >= 0)) return 'nothing'
    if (into === 0) this.#begun = true
    else if (!this.#begun) return this.#end('lost')
    const frames = samples.length / MIX_CHANNELS
    for (let i = 0; i < Math.min(frames, this.#sound.length - into); i++) {
      const sample = (this.#sound[into + i] as number) * this.#fullScale
      for (let at = i * MIX_CHANNELS; at < (i + 1) * MIX_CHANNELS; at++)
        samples[at] = this.#within((samples[at] as number) + sample)
    }
    const step = into === 0 ? 'begun' : 'goes-on'
    return into + frames < this.#sound.length ? step : this.#end(step)
  }

  #within(value: number): number {
    return Math.max(this.#least, Math.min(this.#rounds ? Math.round(value) : value, this.#most))
  }

  #end(step: MarkerStep): MarkerStep {
    this.#position = Number.NaN
    return step
  }
}
