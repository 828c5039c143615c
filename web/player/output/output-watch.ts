/** What a context shows of itself. */
export interface ContextSigns {
  state: string
  currentTimeS: number
  nowMs: number
}

/** fine: nothing to do · resume: it is held back · reopen: it is gone, or says that it runs and does not. */
export type Verdict = 'fine' | 'resume' | 'reopen'

/** So long a clock may stand while the context says that it runs. */
const STILL_MS = 800
/** One look counts for no more: after a sleep the time between two looks says nothing about the context. */
const LOOK_MS = 250
const RESUME_EVERY_MS = 1000

/** Watches one context for a device that has gone quietly. Call a few times a second. Pure. */
export class OutputWatch {
  #lastMs = Number.NaN
  #lastTimeS = -1
  #stillMs = 0
  #resumedMs = Number.NEGATIVE_INFINITY

  look({ state, currentTimeS, nowMs }: ContextSigns): Verdict {
    const sinceMs = Math.min(LOOK_MS, Math.max(0, nowMs - this.#lastMs))
    const moved = currentTimeS !== this.#lastTimeS
    this.#lastMs = nowMs
    this.#lastTimeS = currentTimeS
    if (state === 'closed') return 'reopen'
    if (state !== 'running') {
      this.#stillMs = 0
      // A clock that was set back must not stop the attempts.
      if (Math.abs(nowMs - this.#resumedMs) < RESUME_EVERY_MS) return 'fine'
      this.#resumedMs = nowMs
      return 'resume'
    }
    if (moved || Number.isNaN(sinceMs)) this.#stillMs = 0
    else this.#stillMs += sinceMs
    return this.#stillMs >= STILL_MS ? 'reopen' : 'fine'
  }
}
