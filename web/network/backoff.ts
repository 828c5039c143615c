const FIRST_MS = 250
const MOST_MS = 10_000

/** Full-jitter exponential backoff: when a server comes back, its listeners do not all knock at once. */
export class Backoff {
  readonly #random: () => number
  readonly #mostMs: number
  #tries = 0

  constructor(random: () => number, mostMs = MOST_MS) {
    this.#random = random
    this.#mostMs = mostMs
  }

  nextMs(): number {
    const limit = Math.min(this.#mostMs, FIRST_MS * 2 ** this.#tries)
    this.#tries++
    return this.#random() * limit
  }

  reset(): void {
    this.#tries = 0
  }
}
