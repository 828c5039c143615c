const FIRST_MS = 250
const MOST_MS = 10_000

/** Full-jitter exponential backoff: when a server comes back, its listeners do not all knock at once. */
export class Backoff {
  readonly #random: () => number
  #tries = 0

  constructor(random: () => number) {
    this.#random = random
  }

  nextMs(): number {
    const limit = Math.min(MOST_MS, FIRST_MS * 2 ** this.#tries)
    this.#tries++
    return this.#random() * limit
  }

  reset(): void {
    this.#tries = 0
  }
}
