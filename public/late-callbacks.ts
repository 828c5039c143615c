// Thread: audio render. Sees from inside the worklet when the device was probably left without sound, for
// browsers that do not count it themselves. Pure; time comes in.

/** Two quanta further apart belong to different callbacks; Date.now() ticks 1 ms. */
const SAME_BURST_MS = 1.5
/** Lateness beyond one usual callback and this much is more than a device holds in reserve at its smallest. */
const SLACK_MS = 4
/** Late for so long: time was lost for good, and this is how it is now. */
const REBASE_MS = 1000
/** No device's clock is further off the computer's than this: what the line moves by so slowly is drift, not lateness. */
const MOST_DRIFT = 500e-6
/** Weight of one callback in what is usual. */
const WEIGHT = 1 / 32

/** Counts callbacks so late that the device's buffer must have run dry, whether time is caught up after or not. */
export class LateCallbacks {
  readonly #rateHz: number
  #lastMs = Number.NEGATIVE_INFINITY
  #firstFrame = 0
  #usualFrames = 0
  /** Least of callback time − context time, as far as it may have drifted since. */
  #baseMs = Number.POSITIVE_INFINITY
  #lateSinceMs = Number.NaN

  /** `rateHz`: the context's. */
  constructor(rateHz: number) {
    this.#rateHz = rateHz
  }

  /** Call once per quantum; true when this one begins a callback that came too late. Does not allocate. */
  onQuantum(nowMs: number, contextFrame: number): boolean {
    const sinceMs = nowMs - this.#lastMs
    this.#lastMs = nowMs
    if (sinceMs >= 0 && sinceMs <= SAME_BURST_MS) return false
    const frames = contextFrame - this.#firstFrame
    this.#firstFrame = contextFrame
    this.#usualFrames += (frames - this.#usualFrames) * (this.#usualFrames === 0 ? 1 : WEIGHT)
    const lineMs = nowMs - (contextFrame * 1000) / this.#rateHz
    // A clock that was set is no lateness.
    if (sinceMs < 0) this.#baseMs = lineMs
    else this.#baseMs = Math.min(lineMs, this.#baseMs + sinceMs * MOST_DRIFT)
    const allowedMs = (this.#usualFrames * 1000) / this.#rateHz + SLACK_MS
    if (lineMs - this.#baseMs <= allowedMs) {
      this.#lateSinceMs = Number.NaN
      return false
    }
    if (Number.isNaN(this.#lateSinceMs)) {
      this.#lateSinceMs = nowMs
      return true
    }
    if (nowMs - this.#lateSinceMs > REBASE_MS) this.#baseMs = lineMs
    return false
  }
}
