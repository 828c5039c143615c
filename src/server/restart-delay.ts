export interface RestartTiming {
  firstMs: number
  longestMs: number
  /** A child that played this long was healthy: the next delay is the first one again. */
  healthyMs: number
}

/**
 * How long to wait before the next start: doubles with each failure, begins again after health. It counts from when the child began
 * to play: one that waited for its device in vain has waited already.
 */
export class RestartDelay {
  readonly #timing: RestartTiming
  #nextMs: number

  constructor(timing: RestartTiming) {
    this.#timing = timing
    this.#nextMs = timing.firstMs
  }

  /** @param playedMs how long the child that just died had played */
  after(playedMs: number): number {
    if (playedMs >= this.#timing.healthyMs) this.#nextMs = this.#timing.firstMs
    const delayMs = this.#nextMs
    this.#nextMs = Math.min(delayMs * 2, this.#timing.longestMs)
    return Math.max(this.#timing.firstMs, Math.round(delayMs - playedMs))
  }
}
