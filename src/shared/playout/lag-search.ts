// Finds how far back the last sound was heard before: the lags at which the last 20 ms are most like what came
// earlier. A coarse search at about 6 kHz over all lags, then each of the best to the frame. Nothing but the
// constructor allocates.

const SLOW_HZ = 6000
const TEMPLATE_MS = 20
const REFINE_MS = 10
const REFINE_HZ = 4000
/** 400 Hz: a shorter period is met by its multiples. */
const SHORTEST_MS = 2.5
/** A chord repeats itself after a common multiple of its notes' periods: the longer the range, the better one is found. */
const LONGEST_MS = 100

export const MOST_LAGS = 12

export class LagSearch {
  /** The lags found, frames, best first; `count` of them hold. */
  readonly lags = new Int32Array(MOST_LAGS)
  count = 0
  /** Frames before the end that `find` looks at, at most. */
  readonly reachFrames: number
  /** No lag found is shorter than this, or longer. */
  readonly shortestFrames: number
  readonly longestFrames: number

  readonly #factor: number
  readonly #template: number
  readonly #shortest: number
  readonly #longest: number
  readonly #refine: number
  readonly #step: number
  /** Both channels as one, at the low rate, oldest first. */
  readonly #slow: Float64Array
  readonly #scores: Float64Array
  readonly #best = new Float64Array(MOST_LAGS)

  constructor(rateHz: number) {
    const factor = Math.max(1, Math.round(rateHz / SLOW_HZ))
    const slow = (ms: number) => Math.round((rateHz * ms) / 1000 / factor)
    this.#factor = factor
    this.#template = slow(TEMPLATE_MS)
    this.#shortest = slow(SHORTEST_MS)
    this.#longest = slow(LONGEST_MS)
    this.#step = Math.max(1, Math.round(rateHz / REFINE_HZ))
    this.#refine = Math.round((rateHz * REFINE_MS) / 1000 / this.#step) * this.#step
    this.#slow = new Float64Array(this.#template + this.#longest + 4)
    this.#scores = new Float64Array(this.#longest + 4)
    this.shortestFrames = this.#shortest * factor
    this.longestFrames = this.#longest * factor
    this.reachFrames = Math.max(this.#slow.length * factor, this.longestFrames + this.#refine)
  }

  /** Fills `lags` for the sound that ends before `end`. Both arrays hold `reachFrames` before it. */
  find(left: Float32Array, right: Float32Array, end: number): void {
    this.#slowDown(left, right, end)
    this.#correlate()
    this.#choose()
    for (let i = 0; i < this.count; i++) {
      this.lags[i] = this.#toTheFrame(left, right, end, (this.lags[i] as number) * this.#factor)
    }
  }

  /** Sum or difference of the channels, whichever is louder: never silence where there is sound. */
  #slowDown(left: Float32Array, right: Float32Array, end: number): void {
    const slow = this.#slow
    const factor = this.#factor
    let product = 0
    for (let i = end - this.#template * factor; i < end; i += 4) {
      product += (left[i] as number) * (right[i] as number)
    }
    const sign = product < 0 ? -1 : 1
    let at = end - slow.length * factor
    for (let i = 0; i < slow.length; i++) {
      let sum = 0
      for (const next = at + factor; at < next; at++) {
        sum += (left[at] as number) + sign * (right[at] as number)
      }
      slow[i] = sum
    }
  }

  /** Normalised correlation of the template with every lag, four lags at a time. */
  #correlate(): void {
    const slow = this.#slow
    const scores = this.#scores
    const to = slow.length
    const from = to - this.#template
    let energy = 0
    for (let i = from; i < to; i++) energy += (slow[i - this.#shortest] as number) ** 2
    for (let lag = this.#shortest; lag <= this.#longest; lag += 4) {
      let a = 0
      let b = 0
      let c = 0
      let d = 0
      // The four lags meet the same past one frame apart: each frame of it is loaded once.
      let k = from - lag
      let q = slow[k - 1] as number
      let r = slow[k - 2] as number
      let s = slow[k - 3] as number
      for (let i = from; i < to; i++, k++) {
        const x = slow[i] as number
        const p = slow[k] as number
        a += x * p
        b += x * q
        c += x * r
        d += x * s
        s = r
        r = q
        q = p
      }
      scores[lag] = a
      scores[lag + 1] = b
      scores[lag + 2] = c
      scores[lag + 3] = d
      for (let k = lag; k < lag + 4; k++) {
        scores[k] = (scores[k] as number) / Math.sqrt(Math.max(energy, 1e-20))
        energy += (slow[from - k - 1] as number) ** 2 - (slow[to - k - 1] as number) ** 2
      }
    }
  }

  /** The highest positive peaks, best first. */
  #choose(): void {
    const scores = this.#scores
    const best = this.#best
    let count = 0
    for (let lag = this.#shortest + 1; lag < this.#longest; lag++) {
      const score = scores[lag] as number
      if (!(score > 0 && score > (scores[lag - 1] as number) && score >= (scores[lag + 1] as number)))
        continue
      if (count === MOST_LAGS && score <= (best[count - 1] as number)) continue
      let at = count < MOST_LAGS ? count++ : count - 1
      for (; at > 0 && (best[at - 1] as number) < score; at--) {
        best[at] = best[at - 1] as number
        this.lags[at] = this.lags[at - 1] as number
      }
      best[at] = score
      this.lags[at] = lag
    }
    this.count = count
  }

  #toTheFrame(left: Float32Array, right: Float32Array, end: number, coarse: number): number {
    // Rows of the right channel lie between those of the left.
    const step = this.#step
    const between = step >> 1
    const from = end - this.#refine
    let best = Number.NEGATIVE_INFINITY
    let found = coarse
    for (let lag = coarse - this.#factor; lag <= coarse + this.#factor; lag++) {
      let sum = 0
      for (let i = from; i < end; i += step) {
        const k = i + between
        sum +=
          (left[i] as number) * (left[i - lag] as number) + (right[k] as number) * (right[k - lag] as number)
      }
      if (sum > best) {
        best = sum
        found = lag
      }
    }
    return found
  }
}
