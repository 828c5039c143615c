const FIRST_MS = 250
const MOST_MS = 10_000
/**
 * At first no wait is longer than this: a server that is back within 10 s is found within 2 s. Not for ever, because Chromium
 * itself begins to hold up a page after a dozen failures.
 */
const QUICK_MS = 2000
const QUICK_FOR_MS = 10_000

/** Full-jitter exponential backoff: when a server comes back, its listeners do not all knock at once. */
export class Backoff {
  readonly #random: () => number
  readonly #mostMs: number
  #limitMs = FIRST_MS
  /** All waits so far. */
  #waitedMs = 0

  constructor(random: () => number, mostMs = MOST_MS) {
    this.#random = random
    this.#mostMs = mostMs
  }

  nextMs(): number {
    const waitMs = this.#random() * this.#limitMs
    this.#waitedMs += waitMs
    const mostMs = this.#waitedMs < QUICK_FOR_MS ? QUICK_MS : this.#mostMs
    this.#limitMs = Math.min(mostMs, 2 * this.#limitMs)
    return waitMs
  }

  reset(): void {
    this.#limitMs = FIRST_MS
    this.#waitedMs = 0
  }
}
