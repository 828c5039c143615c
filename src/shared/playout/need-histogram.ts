// Which delay would have been enough, as a distribution that forgets. After WebRTC NetEQ (delay_manager: maxima over
// windows of 500 ms, exponential forgetting that starts as a plain mean), with bins of 0.5 ms where NetEQ has 20.
// Pure; time comes in; allocates only when built.

const BIN_MS = 0.5
const BINS = 1200
const WINDOW_MS = 500
/** It begins as if so many windows had passed in which nothing was needed: one early stall is not a habit. */
const CALM_WINDOWS = 40
/** Windows in which one glitch each would be 120 a minute. */
const WINDOWS_PER_MINUTE = 60_000 / WINDOW_MS

export class NeedHistogram {
  /** Share of windows by the most that was needed in them; the last bin holds everything above. */
  readonly #share = new Float64Array(BINS)
  #windows = 0
  #openMs = Number.NEGATIVE_INFINITY
  #openUntilMs = Number.NaN
  #forget: number

  constructor(forget: number) {
    this.#forget = forget
  }

  set forget(forget: number) {
    this.#forget = forget
  }

  /** Windows closed so far. */
  get windows(): number {
    return this.#windows
  }

  /** `needMs`: a delay that would have been enough at `nowMs`. True when this closed a window. Does not allocate. */
  add(needMs: number, nowMs: number): boolean {
    let closed = false
    // A first call, or a clock that was set: the window begins here.
    if (!(Math.abs(this.#openUntilMs - nowMs) <= 2 * WINDOW_MS)) {
      this.#openUntilMs = nowMs + WINDOW_MS
    } else if (nowMs >= this.#openUntilMs) {
      this.#close()
      this.#openUntilMs += WINDOW_MS
      closed = true
    }
    if (needMs > this.#openMs) this.#openMs = needMs
    return closed
  }

  /**
   * The delay in ms, at most `maxMs`, for which delay + costMs · (glitches a minute it would leave) is least.
   * `open`: count the window that is not closed yet as if it ended now. 0 before anything was seen. Does not allocate.
   */
  best(costMs: number, maxMs: number, open: boolean): number {
    const weight = costMs * WINDOWS_PER_MINUTE
    const last = Math.min(BINS - 1, Math.round(maxMs / BIN_MS))
    const keep = open ? this.#keep() : 1
    const openBin = open ? bin(this.#openMs) : -1
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
    return best * BIN_MS
  }

  #shareOf(i: number, keep: number, openBin: number): number {
    return keep * (this.#share[i] as number) + (i === openBin ? 1 - keep : 0)
  }

  /** What the next window leaves of the weight of those before it. */
  #keep(): number {
    return Math.min(this.#forget, 1 - 2 / (CALM_WINDOWS + this.#windows + 2))
  }

  #close(): void {
    const keep = this.#keep()
    for (let i = 0; i < BINS; i++) this.#share[i] = keep * (this.#share[i] as number)
    const at = bin(this.#openMs)
    this.#share[at] = (this.#share[at] as number) + 1 - keep
    this.#windows++
    this.#openMs = Number.NEGATIVE_INFINITY
  }
}

/** Index of the least bin whose value is enough for `needMs`. */
function bin(needMs: number): number {
  return Math.max(0, Math.min(BINS - 1, Math.ceil(needMs / BIN_MS)))
}
