/** How often what is read aloud may change: a screen reader would otherwise never be done with it. */
const EVERY_MS = 2000

/** The highest peak of every two seconds. Pure. */
export class Loudest {
  #peak = 0
  #sinceMs: number | undefined

  /** `peak` is linear, 1 = full scale. Returns the highest of the time that is over now; else undefined. */
  update(peak: number, nowMs: number): number | undefined {
    this.#peak = Math.max(this.#peak, peak)
    this.#sinceMs ??= nowMs
    if (nowMs - this.#sinceMs < EVERY_MS) return undefined
    const highest = this.#peak
    this.#sinceMs = nowMs
    this.#peak = 0
    return highest
  }
}
