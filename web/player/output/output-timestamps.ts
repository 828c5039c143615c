/** One answer of getOutputTimestamp, and when it was asked for. All but the context's time in performance.now() ms. */
export interface OutputTimestamp {
  contextTimeS: number
  performanceMs: number
  nowMs: number
}

/** Beside them what a browser thinks of its latency. */
export interface OutputReading extends OutputTimestamp {
  /** Seconds; undefined where the browser has no such figure, 0 where it has none to give. */
  baseLatencyS?: number | undefined
  outputLatencyS?: number | undefined
}

/** Older than this, or further in the future than a device buffers, is not about what is playing now. */
const MAX_AGE_MS = 250
const MAX_AHEAD_MS = 50
/** Over this distance the context must have run about as fast as the clock. */
const SLOPE_OVER_MS = 40
const SLOPE = 0.05
const MAX_STEP_MS = 50
const MAX_BACK_MS = 5
/** Believed after so many good answers over so much time, no longer after so many bad ones running. */
const GOOD_ANSWERS = 6
const GOOD_OVER_MS = 750
const BAD_ANSWERS = 2

/**
 * Judges an output's timestamps: browsers may answer with what is stale, noisy, or not measured at all. The line they
 * are on, if they are, is the time at which the context's time 0 would have been heard. Pure.
 */
export class OutputTimestamps {
  #count = 0
  #bad = 0
  #firstMs = 0
  #lastTimeMs = 0
  #lastLineMs = 0
  #anchorTimeMs = 0
  #anchorContextMs = 0

  /** Starts over: another output, or a clock that jumped. */
  reset(): void {
    this.#count = 0
    this.#bad = 0
  }

  /**
   * Takes one answer. Returns when context time 0 was heard, in performance.now() ms; undefined while answers are not
   * believed, and for an answer that says nothing new.
   */
  add({ contextTimeS, performanceMs, nowMs }: OutputTimestamp): number | undefined {
    const contextMs = contextTimeS * 1000
    if (this.#count > 0 && performanceMs === this.#lastTimeMs) return undefined
    if (!this.#plausible(contextMs, performanceMs, nowMs)) {
      this.#bad++
      if (this.#bad >= BAD_ANSWERS) this.reset()
      return undefined
    }
    if (this.#count === 0) this.#firstMs = performanceMs
    if (this.#count === 0 || performanceMs - this.#anchorTimeMs >= SLOPE_OVER_MS) {
      this.#anchorTimeMs = performanceMs
      this.#anchorContextMs = contextMs
    }
    this.#count++
    this.#bad = 0
    this.#lastTimeMs = performanceMs
    this.#lastLineMs = performanceMs - contextMs
    const believed = this.#count >= GOOD_ANSWERS && performanceMs - this.#firstMs >= GOOD_OVER_MS
    return believed ? this.#lastLineMs : undefined
  }

  #plausible(contextMs: number, performanceMs: number, nowMs: number): boolean {
    const ageMs = nowMs - performanceMs
    // 0 is what a context says that has not played anything yet.
    if (!(contextMs > 0 && performanceMs > 0 && ageMs <= MAX_AGE_MS && ageMs >= -MAX_AHEAD_MS)) return false
    if (this.#count === 0) return true
    const stepMs = performanceMs - contextMs - this.#lastLineMs
    if (Math.abs(stepMs) > MAX_STEP_MS || performanceMs < this.#lastTimeMs - MAX_BACK_MS) return false
    const overMs = performanceMs - this.#anchorTimeMs
    if (overMs < SLOPE_OVER_MS) return true
    // Steps of a whole callback are allowed: engines differ in how often they take the time.
    const slipMs = Math.abs(contextMs - this.#anchorContextMs - overMs)
    return slipMs <= Math.max(overMs * SLOPE, MAX_STEP_MS)
  }
}
