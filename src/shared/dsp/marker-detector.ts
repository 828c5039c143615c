// Finds the marker (marker.ts) in a short window of sound, a little at a time. Thread: audio; pure, nothing but the
// constructor allocates, nothing throws. Numbers are told in fields, for the reason given in playout/moment.ts.
import { markerSound } from './marker.ts'

/** The marker is looked for so much earlier and later than it is expected, s. */
const MARGIN_S = 0.008
/** Of the search, per call of `search`: about 40 µs of one core. */
const PRODUCTS = 40_000
/** What is nearer to the peak than this is the marker's own skirt, s. */
const OWN_S = 0.0005

/** A peak is the marker when it is so many times what else is in the window; music reaches 5, a marker 30 and more. */
export const CLEAR_SCORE = 8
/** … and at least so much of what it was when it was sent: half of one is a chirp cut off somewhere, and elsewhere. */
const WHOLE = 0.6

export class MarkerDetector {
  /** Frames by which the window begins before the marker is expected. */
  readonly marginFrames: number
  /** Where it begins, frames after the first of the window, between frames by a parabola; NaN: it was not found. */
  frame = Number.NaN
  /** Its peak over the root mean square of the rest; NaN before the search is over. */
  score = Number.NaN
  readonly #marker: Float32Array
  readonly #window: Float32Array
  readonly #match: Float64Array
  readonly #own: number
  readonly #least: number
  readonly #placesPerCall: number
  #taken = 0
  #searched = 0

  constructor(rateHz: number) {
    this.#marker = markerSound(rateHz)
    this.marginFrames = Math.round(MARGIN_S * rateHz)
    this.#window = new Float32Array(this.#marker.length + 2 * this.marginFrames)
    this.#match = new Float64Array(2 * this.marginFrames + 1)
    this.#least = WHOLE * this.#marker.reduce((sum, x) => sum + x * x, 0)
    this.#own = Math.ceil(OWN_S * rateHz)
    this.#placesPerCall = Math.max(1, Math.floor(PRODUCTS / this.#marker.length))
  }

  /** Forgets everything: a new window begins. */
  begin(): void {
    this.#taken = 0
    this.#searched = 0
    this.frame = Number.NaN
    this.score = Number.NaN
  }

  /** The window has all it takes. */
  get full(): boolean {
    return this.#taken === this.#window.length
  }

  /** Takes what there is room for of both channels, from frame `from` on. */
  take(left: Float32Array, right: Float32Array, from: number): void {
    const window = this.#window
    const count = Math.min(left.length - from, window.length - this.#taken)
    for (let i = 0; i < count; i++)
      window[this.#taken + i] = 0.5 * ((left[from + i] as number) + (right[from + i] as number))
    this.#taken += count
  }

  /** Goes on searching a full window; true once `frame` and `score` say what was found. */
  search(): boolean {
    const marker = this.#marker
    const window = this.#window
    const end = Math.min(this.#match.length, this.#searched + this.#placesPerCall)
    for (let place = this.#searched; place < end; place++) {
      let sum = 0
      for (let i = 0; i < marker.length; i++) sum += (marker[i] as number) * (window[place + i] as number)
      this.#match[place] = sum
    }
    this.#searched = end
    if (end < this.#match.length) return false
    this.#judge()
    return true
  }

  #judge(): void {
    const match = this.#match
    let best = 0
    for (let i = 1; i < match.length; i++) if ((match[i] as number) > (match[best] as number)) best = i
    let squares = 0
    let others = 0
    for (let i = 0; i < match.length; i++) {
      if (Math.abs(i - best) <= this.#own) continue
      squares += (match[i] as number) * (match[i] as number)
      others++
    }
    const peak = match[best] as number
    this.score = peak > 0 && squares > 0 ? peak / Math.sqrt(squares / others) : 0
    // At an edge it is a skirt of something outside.
    if (this.score < CLEAR_SCORE || peak < this.#least || best === 0 || best === match.length - 1) return
    const before = match[best - 1] as number
    const after = match[best + 1] as number
    const bend = before - 2 * peak + after
    this.frame = best + (bend < 0 ? (0.5 * (before - after)) / bend : 0)
  }
}
