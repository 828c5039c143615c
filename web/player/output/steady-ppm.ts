/** So long after the last disturbance a rate correction counts as settled. */
const SETTLED_MS = 30_000
/** Mean over about this many readings: one callback's decision wanders by tens of ppm. */
const READINGS = 100

/** The rate correction of one device pair, as far as it can be trusted. Pure. */
export class SteadyPpm {
  #disturbances = Number.NaN
  #sinceMs = 0
  #mean = 0
  #count = 0

  reset(): void {
    this.#disturbances = Number.NaN
    this.#count = 0
  }

  /** Mean of the settled readings; undefined until there are enough of them. */
  get value(): number | undefined {
    return this.#count >= READINGS ? this.#mean : undefined
  }

  /** Ten times a second while playing. `disturbances`: a counter that moves when audio was missing or jumped. */
  add(ppm: number, disturbances: number, nowMs: number): void {
    if (disturbances !== this.#disturbances || nowMs < this.#sinceMs) {
      this.#disturbances = disturbances
      this.#sinceMs = nowMs
    }
    if (nowMs - this.#sinceMs < SETTLED_MS || !Number.isFinite(ppm)) return
    this.#count++
    this.#mean += (ppm - this.#mean) / Math.min(this.#count, READINGS)
  }
}
