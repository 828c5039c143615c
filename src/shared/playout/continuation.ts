// One channel of a concealed stream: what was put out, and how it goes on. The continuation is kept within what
// the sound did: never louder than it was, never a larger difference from frame to frame. Nothing but the
// constructor allocates.
import type { LagPredictor } from './lag-predictor.ts'

export class Continuation {
  /** What was put out, oldest first; the newest frame is before `end`. */
  readonly past: Float32Array
  /** What follows, at full level. */
  readonly next: Float32Array
  #peak = 0
  #step = 0
  #last = 0
  #offset = 0

  constructor(pastFrames: number, nextFrames: number) {
    this.past = new Float32Array(pastFrames)
    this.next = new Float32Array(nextFrames)
  }

  /** Learns what the sound before `end` did: its peak over `reach` frames, its largest step over the last `recent`. */
  measure(end: number, reach: number, recent: number): void {
    const past = this.past
    let peak = 0
    for (let i = end - reach; i < end; i++) {
      const level = Math.abs(past[i] as number)
      if (level > peak) peak = level
    }
    let step = 0
    for (let i = end - recent; i < end; i++) {
      const change = Math.abs((past[i] as number) - (past[i - 1] as number))
      if (change > step) step = change
    }
    this.#peak = peak
    this.#step = step
  }

  /** Begins a continuation of the sound before `end`. */
  begin(predictor: LagPredictor, end: number): void {
    const past = this.past
    let predicted = 0
    for (let t = 0; t < predictor.count; t++) {
      predicted += (predictor.gains[t] as number) * (past[end - 1 - (predictor.lags[t] as number)] as number)
    }
    const last = past[end - 1] as number
    const level = Math.abs(last)
    if (level > this.#peak) this.#peak = level // it has grown louder since it was measured
    this.#last = last
    this.#offset = last - predicted
  }

  /**
   * Predicts frames `from` to `to` of what follows the sound before `end`. What the prediction was off by at the last
   * frame heard is added, fading over `offsetFrames`.
   */
  extend(predictor: LagPredictor, end: number, from: number, to: number, offsetFrames: number): void {
    const { past, next } = this
    for (let at = from; at < to; ) {
      // No tap looks back less than this: a block never needs what it is about to make.
      const until = Math.min(to, at + predictor.shortestFrames)
      for (let i = at; i < until; i++) next[i] = 0
      for (let t = 0; t < predictor.count; t++) {
        const lag = predictor.lags[t] as number
        const gain = predictor.gains[t] as number
        const known = Math.max(at, Math.min(until, lag))
        for (let i = at, k = end + at - lag; i < known; i++, k++)
          next[i] = (next[i] as number) + gain * (past[k] as number)
        for (let i = known; i < until; i++) next[i] = (next[i] as number) + gain * (next[i - lag] as number)
      }
      this.#bound(at, until, offsetFrames)
      at = until
    }
  }

  #bound(from: number, to: number, offsetFrames: number): void {
    const next = this.next
    let last = this.#last
    for (let i = from; i < to; i++) {
      let x = next[i] as number
      if (i < offsetFrames) x += this.#offset * (0.5 + 0.5 * Math.cos((Math.PI * (i + 1)) / offsetFrames))
      x = Math.max(last - this.#step, Math.min(last + this.#step, x))
      // A NaN that came in ends here.
      last = x > -this.#peak ? Math.min(this.#peak, x) : x <= -this.#peak ? -this.#peak : 0
      next[i] = last
    }
    this.#last = last
  }
}
