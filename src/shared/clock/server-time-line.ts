import type { ClockEstimate } from './clock-sync.ts'

/** A correction is worked in at this rate at most (ratio): 5 ms in 10 s. */
const MAX_SLEW = 500e-6
/** Time goes back in one piece only when it was wrong by more than this, ms. */
const LEAST_STEP_BACK_MS = 5

/**
 * Server time out of local time, for whoever must not see it run backwards: what a better estimate changes is slewed.
 * Only a new epoch of the estimate jumps, forwards by any amount, back by more than 5 ms. Pure, time comes in.
 */
export class ServerTimeLine {
  #estimate: ClockEstimate | undefined
  /** By how much the line was ahead of its estimate at `#sinceMs`, ms. */
  #aheadMs = 0
  #sinceMs = 0
  /** The latest local time that was asked about, and the answer. */
  #askedMs = Number.NEGATIVE_INFINITY
  #toldMs = Number.NEGATIVE_INFINITY

  /** From `nowMs`, local time, on the line goes where `estimate` is; undefined: nothing is known any more. */
  follow(estimate: ClockEstimate | undefined, nowMs: number): void {
    const before = this.#estimate
    const aheadMs = before && estimate ? this.#lineMs(nowMs) - estimatedMs(estimate, nowMs) : 0
    const anew = estimate?.epoch !== before?.epoch
    const jumpsBack = !before || (anew && aheadMs > LEAST_STEP_BACK_MS)
    this.#estimate = estimate
    this.#aheadMs = jumpsBack || (anew && aheadMs < 0) ? 0 : aheadMs
    this.#sinceMs = nowMs
    if (jumpsBack) this.#toldMs = Number.NEGATIVE_INFINITY
  }

  /** Server ms at a local time; NaN while the server clock is unknown. Does not allocate. */
  serverMs(localMs: number): number {
    if (!this.#estimate) return Number.NaN
    const lineMs = this.#lineMs(localMs)
    if (localMs < this.#askedMs) return lineMs
    // Somebody asked about the future, and the line has been slewed since.
    this.#toldMs = Math.max(this.#toldMs, lineMs)
    this.#askedMs = localMs
    return this.#toldMs
  }

  #lineMs(localMs: number): number {
    const workedInMs = Math.max(0, localMs - this.#sinceMs) * MAX_SLEW
    const leftMs = Math.max(0, Math.abs(this.#aheadMs) - workedInMs) * Math.sign(this.#aheadMs)
    return estimatedMs(this.#estimate as ClockEstimate, localMs) + leftMs
  }
}

function estimatedMs({ offsetMs, drift, atMs }: ClockEstimate, localMs: number): number {
  return localMs + offsetMs + drift * (localMs - atMs)
}
