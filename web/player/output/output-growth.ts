import type { LeadSource } from './output-lead.ts'

/** What an output takes, and who says so; see OutputLead. */
export interface Lead {
  readonly ms: number | undefined
  readonly source: LeadSource | undefined
}

/** Longer than its best by this much, for so long: the system plays through another device now, or has got stuck. */
const GROWTH_MS = 20
const LASTING_MS = 10_000
/** A device that is opened again is given so much time first, and twice as much each time it did not help. */
const PAUSE_MS = 60_000

/**
 * Notices a device that has become slower while it plays: systems move sound to other devices without a word to the
 * page, and what is opened anew is opened for the device there is. Pure.
 */
export class OutputGrowth {
  #source: LeadSource | undefined
  #bestMs = Number.POSITIVE_INFINITY
  #longSinceMs = Number.NaN
  #notBeforeMs = Number.NEGATIVE_INFINITY
  #pauseMs = PAUSE_MS

  /** Another output is heard: it has its own best. */
  reset(): void {
    this.#bestMs = Number.POSITIVE_INFINITY
    this.#longSinceMs = Number.NaN
  }

  /** About once a second. True: open the device again. */
  tick({ ms: outputMs, source }: Lead, nowMs: number): boolean {
    if (outputMs === undefined) return false
    // What is measured for the first time has not grown beyond what was only said.
    if (source !== this.#source) this.reset()
    this.#source = source
    this.#bestMs = Math.min(this.#bestMs, outputMs)
    if (outputMs < this.#bestMs + GROWTH_MS) {
      this.#longSinceMs = Number.NaN
      return false
    }
    if (Number.isNaN(this.#longSinceMs)) this.#longSinceMs = nowMs
    if (nowMs - this.#longSinceMs < LASTING_MS || nowMs < this.#notBeforeMs) return false
    this.#notBeforeMs = nowMs + this.#pauseMs
    this.#pauseMs *= 2
    this.reset()
    return true
  }
}
