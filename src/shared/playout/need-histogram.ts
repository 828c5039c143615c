// Which delay would have been enough, as a distribution that forgets. After WebRTC NetEQ (delay_manager: maxima over
// windows of 500 ms, exponential forgetting that starts as a plain mean), with bins of 0.5 ms where NetEQ has 20.
// Pure; time comes in; allocates only when built.
import type { Moment } from './moment.ts'
import type { ProfileFigures } from './profile.ts'

const BIN_MS = 0.5
const BINS = 1200
export const WINDOW_MS = 500
/** It begins as if so many windows had passed in which nothing was needed: one early stall is not a habit. */
const CALM_WINDOWS = 40
/** Windows in which one glitch each would be 120 a minute. */
const WINDOWS_PER_MINUTE = 60_000 / WINDOW_MS

export class NeedHistogram {
  /** Share of windows by the most that was needed in them; the last bin holds everything above. */
  readonly #share = new Float64Array(BINS)
  #windows = 0
  /** Of the window that is not closed yet: the bin of the most that was needed. */
  #openBin = 0
  #openUntilMs = Number.NaN
  #forget = Number.NaN
  /** What the next window leaves of the weight of those before it. */
  #keep = Number.NaN
  #keepWhileYoung = 1 - 2 / (CALM_WINDOWS + 2)
  #bestMs = Number.NaN

  constructor(forget: number) {
    this.forget = forget
  }

  set forget(forget: number) {
    this.#forget = forget
    this.#keep = Math.min(forget, this.#keepWhileYoung)
  }

  /** Windows closed so far. */
  get windows(): number {
    return this.#windows
  }

  /** Takes note of `needMs` at `nowMs`. True when this closed a window. Does not allocate. */
  add({ needMs, nowMs, freeMs }: Moment): boolean {
    let closed = false
    // A first call, or a clock that was set: the window begins here.
    if (!(Math.abs(this.#openUntilMs - nowMs) <= 2 * WINDOW_MS)) {
      this.#openUntilMs = nowMs + WINDOW_MS
    } else if (nowMs >= this.#openUntilMs && !(freeMs > 0)) {
      // Not inside a gap: half of one would count for a short one, and be chased.
      this.#close()
      this.#openUntilMs += WINDOW_MS
      closed = true
    }
    const bin = Math.max(0, Math.min(BINS - 1, Math.ceil(needMs / BIN_MS)))
    if (bin > this.#openBin) this.#openBin = bin
    return closed
  }

  /** What `choose` found, ms. */
  get bestMs(): number {
    return this.#bestMs
  }

  /**
   * Finds the delay, at most `maxMs` above the device's burst, for which delay + costMs · (glitches a minute it would
   * leave) is least: `bestMs`. `open`: count the window that is not closed yet as if it ended now. 0 before anything was
   * seen. Does not allocate.
   */
  choose({ costMs, maxMs }: ProfileFigures, { burstMs }: Moment, open: boolean): void {
    const weight = costMs * WINDOWS_PER_MINUTE
    const last = Math.min(BINS - 1, Math.round((burstMs + maxMs) / BIN_MS))
    const keep = open ? this.#keep : 1
    const openBin = open ? this.#openBin : -1
    // From above: `above` is the share of windows that bin `i` would not have been enough for.
    let above = 0
    for (let i = BINS - 1; i > last; i--) above += this.#shareOf(i, keep, openBin)
    let best = last
    let bestCost = Number.POSITIVE_INFINITY
    for (let i = last; i >= 0; i--) {
      const cost = i * BIN_MS + weight * above
      if (cost <= bestCost) {
        bestCost = cost
        best = i
      }
      above += this.#shareOf(i, keep, openBin)
    }
    this.#bestMs = best * BIN_MS
  }

  #shareOf(i: number, keep: number, openBin: number): number {
    return keep * (this.#share[i] as number) + (i === openBin ? 1 - keep : 0)
  }

  #close(): void {
    const keep = this.#keep
    for (let i = 0; i < BINS; i++) this.#share[i] = keep * (this.#share[i] as number)
    const at = this.#openBin
    this.#share[at] = (this.#share[at] as number) + 1 - keep
    this.#windows++
    this.#openBin = 0
    this.#keepWhileYoung = 1 - 2 / (CALM_WINDOWS + this.#windows + 2)
    this.#keep = Math.min(this.#forget, this.#keepWhileYoung)
  }
}
