// How long a device that was opened may take to its first block. One that has none is opened again, so a short wait finds it soon after
// it is plugged in; one that only takes its time must not be cut short each time.

/** Of a device that nobody knows, and of one that was waited for in vain too often, ms. */
const LONG_MS = 1500
/** A machine that does much else makes anything take so long, ms. */
const SHORT_MS = 700
/** After so many short waits in a row, half a minute, every other one is long. */
const SHORT_WAITS = 20

export class FirstBlockWait {
  #longestTookMs: number | undefined
  #inVain = 0

  /** For the device that is opened next, ms. */
  next(): number {
    const isLong = this.#inVain > SHORT_WAITS && this.#inVain % 2 === 0
    if (this.#longestTookMs === undefined || isLong) return LONG_MS
    return Math.min(Math.max(SHORT_MS, 2 * this.#longestTookMs), LONG_MS)
  }

  /** The device that was opened gave its first block after so long, ms. */
  came(tookMs: number): void {
    this.#longestTookMs = Math.max(this.#longestTookMs ?? 0, tookMs)
    this.#inVain = 0
  }

  /** The device that was opened ended without a block. */
  didNotCome(): void {
    this.#inVain++
  }
}
