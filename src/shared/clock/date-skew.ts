const WEIGHT = 1 / 256
const STEP_MS = 20

/**
 * Date.now() minus local time. An audio worklet has only Date.now(), which counts whole milliseconds: one
 * reading is up to 1 ms low. The mean of readings at many phases is 0.5 ms low, which is also the mean
 * error of the worklet's own readings, so the two cancel. When someone sets the clock (> 20 ms) it follows at once.
 */
export class DateSkew {
  #count = 0
  #mean = Number.NaN

  get ms(): number {
    return this.#mean
  }

  /** Does not allocate; cheap enough for every message. */
  add(dateMs: number, localMs: number): void {
    const skew = dateMs - localMs
    if (this.#count === 0 || Math.abs(skew - this.#mean) > STEP_MS) {
      this.#count = 1
      this.#mean = skew
      return
    }
    this.#count++
    this.#mean += (skew - this.#mean) * Math.max(WEIGHT, 1 / this.#count)
  }
}
