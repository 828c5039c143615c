const WEIGHT = 1 / 256
/** More than this off is a clock that was set … */
const STEP_MS = 20
/** … and so is more than this, once two readings that follow each other agree: a thread may be stopped between its two clocks. */
const SMALL_STEP_MS = 4
const AGREE_MS = 1.5
/** What counts in ticks of 16 ms, as where a browser blurs its clocks, is off by as much all the time: not less than so many ticks. */
const TICKS = 1.5

/**
 * Date.now() minus local time. An audio worklet has only Date.now(), which counts whole milliseconds: one
 * reading is up to 1 ms low. The mean of readings at many phases is 0.5 ms low, which is also the mean
 * error of the worklet's own readings, so the two cancel. When someone sets the clock it follows at once (> 20 ms)
 * or with the second reading (> 4 ms).
 */
export class DateSkew {
  #count = 0
  #mean = Number.NaN
  /** The reading before, if it was far off and has not been believed. */
  #oddMs = Number.NaN
  #dateMs = Number.NaN
  /** The least that the date has moved by. */
  #tickMs = Number.POSITIVE_INFINITY

  get ms(): number {
    return this.#mean
  }

  /** True: this reading is odd, so read once more at once. Does not allocate; cheap enough for every message. */
  add(dateMs: number, localMs: number): boolean {
    const skew = dateMs - localMs
    const offMs = Math.abs(skew - this.#mean)
    const movedMs = dateMs - this.#dateMs
    this.#dateMs = dateMs
    if (movedMs > 0 && movedMs < this.#tickMs) this.#tickMs = movedMs
    const smallMs = Math.max(SMALL_STEP_MS, TICKS * this.#tickMs)
    const wasOff = Math.abs(skew - this.#oddMs) <= AGREE_MS
    this.#oddMs = offMs > smallMs ? skew : Number.NaN
    if (this.#count === 0 || offMs > STEP_MS || (offMs > smallMs && wasOff)) {
      this.#count = 1
      this.#mean = skew
      this.#oddMs = Number.NaN
      return false
    }
    if (offMs > smallMs) return true
    this.#count++
    this.#mean += (skew - this.#mean) * Math.max(WEIGHT, 1 / this.#count)
    return false
  }
}
