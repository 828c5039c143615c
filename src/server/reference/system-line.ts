/**
 * The line of the system's clock (see `sample.ts`), finer than its whole milliseconds: each reading leaves the line
 * where it is, or moves it as little as it must. Who sets the clock moves it at once.
 */
export class SystemLine {
  #lineMs: number | undefined

  /**
   * @param beforeUs,afterUs server clock before and after the reading, µs: being interrupted between them widens what
   * is possible, and is not taken for a clock that was set
   * @param readMs what `Date.now()` gave: whole milliseconds, rounded down
   */
  take(beforeUs: number, readMs: number, afterUs: number): number {
    const low = readMs - afterUs / 1e3
    const high = readMs + 1 - beforeUs / 1e3
    this.#lineMs = Math.min(high, Math.max(low, this.#lineMs ?? (low + high) / 2))
    return this.#lineMs
  }
}
