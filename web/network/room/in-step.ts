/** Nearer to the line than this for so long: in step. */
const NEAR_MS = 1
const NEAR_FOR_MS = 1000
/** Whoever has not come there by then will not: an output may run away faster than the rate can follow. */
const JOINING_MS = 10_000

/**
 * Whether a listener plays by the group's line, for the server: it does from when it was in step first, however far it is
 * from it later. Who is only on the way there is not out of step yet. Thread: worker; local time comes in.
 */
export class InStep {
  #sinceMs = Number.NaN
  #nearSinceMs = Number.NaN
  #reached = false

  /** What follows is a joining: another line, or one that has jumped. */
  begin(): void {
    this.#sinceMs = Number.NaN
    this.#nearSinceMs = Number.NaN
    this.#reached = false
  }

  /** About 20 times a second. `errorMs`: from the line; NaN: it does not play by it. */
  look(errorMs: number, nowMs: number): boolean {
    if (Number.isNaN(errorMs)) {
      this.begin()
      return false
    }
    if (Number.isNaN(this.#sinceMs)) this.#sinceMs = nowMs
    if (!(Math.abs(errorMs) < NEAR_MS)) this.#nearSinceMs = Number.NaN
    else if (Number.isNaN(this.#nearSinceMs)) this.#nearSinceMs = nowMs
    this.#reached ||= nowMs - this.#nearSinceMs >= NEAR_FOR_MS || nowMs - this.#sinceMs >= JOINING_MS
    return this.#reached
  }
}
