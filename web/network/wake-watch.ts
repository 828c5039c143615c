/** So late a tick, or such a gain of the wall clock on local time, looks like a sleep. */
const SLEPT_MS = 1500

/**
 * Sees that the machine may have slept. Where local time goes on meanwhile the timer comes late; where it stands still
 * the wall clock gains on it. Someone who sets the clock forward looks the same: a yes is a reason to look closer.
 * Pure; time comes in.
 */
export class WakeWatch {
  #nowMs = Number.NaN
  #skewMs = Number.NaN

  /** On a timer: local time and Date.now(). True: it may have slept since the call before. */
  look(nowMs: number, dateMs: number): boolean {
    const skewMs = dateMs - nowMs
    const slept = nowMs - this.#nowMs > SLEPT_MS || skewMs - this.#skewMs > SLEPT_MS
    this.#nowMs = nowMs
    this.#skewMs = skewMs
    return slept
  }
}
