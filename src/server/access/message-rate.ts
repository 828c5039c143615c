/** How often one connection may speak: so many in a second, twice as many at once. Time is monotonic, ms. */
export class MessageRate {
  readonly #perMs: number
  readonly #most: number
  #left: number
  #lookedMs: number

  constructor(perSecond: number, nowMs: number) {
    this.#perMs = perSecond / 1000
    this.#most = 2 * perSecond
    this.#left = this.#most
    this.#lookedMs = nowMs
  }

  /** One more; false: it is one too many. Does not allocate. */
  take(nowMs: number): boolean {
    this.#left = Math.min(this.#most, this.#left + (nowMs - this.#lookedMs) * this.#perMs)
    this.#lookedMs = nowMs
    if (this.#left < 1) return false
    this.#left--
    return true
  }
}
