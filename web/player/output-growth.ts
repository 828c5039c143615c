/** Longer than its best by this much, for so long: the system plays through another device now, or has got stuck. */
const GROWTH_MS = 20
const LASTING_MS = 10_000
/** A device that is opened again is given so much time first, and twice as much each time it did not help. */
const PAUSE_MS = 60_000

/**
 * Notices a device that has become slower while it plays: systems move sound to other devices without a word to the
 * page, and what is opened anew is opened for the device there is. Pure.
 */
export class OutputGrowth {
  #bestMs = Number.POSITIVE_INFINITY
  #longSinceMs = Number.NaN
  #notBeforeMs = Number.NEGATIVE_INFINITY
  #pauseMs = PAUSE_MS

  /** Another output is heard: it has its own best. */
  reset(): void {
    this.#bestMs = Number.POSITIVE_INFINITY
    this.#longSinceMs = Number.NaN
  }

  /** About once a second. `outputMs`: mean latency of the output, null while not known. True: open the device again. */
  tick(outputMs: number | null, nowMs: number): boolean {
    if (outputMs === null) return false
    this.#bestMs = Math.min(this.#bestMs, outputMs)
    if (outputMs < this.#bestMs + GROWTH_MS) {
      this.#longSinceMs = Number.NaN
      return false
    }
    if (Number.isNaN(this.#longSinceMs)) this.#longSinceMs = nowMs
    if (nowMs - this.#longSinceMs < LASTING_MS || nowMs < this.#notBeforeMs) return false
    this.#notBeforeMs = nowMs + this.#pauseMs
    this.#pauseMs *= 2
    this.reset()
    return true
  }
}
