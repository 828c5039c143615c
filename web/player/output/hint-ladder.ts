import type { RememberedOutput } from './device-memory.ts'

/** Frames per device callback that are asked for, smallest first; what is granted is the browser's affair. */
const LADDER: readonly number[] = [128, 256, 512, 1024]
/** A step up: so many separate incidents in so much time … */
const INCIDENTS = 3
const WITHIN_MS = 30_000
/** … and so many from here on: browsers keep two or three callbacks waiting, so the next step takes 40 ms. */
const COSTLY = { fromFrames: 512, incidents: 6 }
/** One stall of the machine shows in two readings at most: what follows within this is the same incident. */
const INCIDENT_MS = 2000
/** A device that has just started, or a page that has just been away, is not judged. */
const GRACE_MS = 3000
const AWAY_MS = 2500
/** A smaller hint is tried again after so much calm, over all visits; each failure makes it four times as much. */
const CALM_S = 60
const FAILURE_FACTOR = 4
/** … and kept once it has held for so long. */
const PROVEN_S = 600

/**
 * Decides how many frames per callback to ask of the output device: one step more when it underruns more than rarely, one step
 * less after calm. What made it underrun is seldom the device: a page that is being loaded, another program for a minute. Pure.
 */
export class HintLadder {
  #hintFrames: number
  #failures: number
  /** Since the last incident or step. */
  #calmS: number
  /** A smaller hint that has not proven itself yet: what was asked for before, the calm that led to it, how long it has held. */
  #trial: { hintFrames: number; calmS: number; heldS: number } | undefined
  /** Asked for less than this, the browser gives no less; 0: not known. */
  #leastFrames = 0
  #incidents: number[] = []
  #seen = 0
  #judgeFromMs = 0
  #lastMs = Number.NaN

  constructor({ hintFrames, calmS, failures }: RememberedOutput) {
    this.#hintFrames = LADDER.find((rung) => rung >= hintFrames) ?? LADDER.at(-1) ?? 0
    this.#calmS = calmS
    this.#failures = failures
    this.#stepDown()
  }

  get hintFrames(): number {
    return this.#hintFrames
  }

  /** A device was opened, or came back: its counter is new, and its first seconds do not count. */
  started(underruns: number, nowMs: number): void {
    this.#seen = underruns
    this.#judgeFromMs = nowMs + GRACE_MS
    this.#lastMs = nowMs
    this.#incidents = []
  }

  /**
   * About once a second while playing. `underruns`: of this device so far; `grantedFrames`: what one callback pulls; `isFree`:
   * nobody minds if it is opened anew just to see whether less will do. True: the hint has changed, open the device again.
   */
  tick(underruns: number, grantedFrames: number, isFree: boolean, nowMs: number): boolean {
    const sinceMs = nowMs - this.#lastMs
    const missed = underruns > this.#seen
    this.#seen = underruns
    this.#lastMs = nowMs
    if (!(sinceMs >= 0 && sinceMs <= AWAY_MS)) this.#judgeFromMs = nowMs + GRACE_MS
    if (nowMs < this.#judgeFromMs) return false
    this.#learn(Math.round(grantedFrames))
    this.#held(sinceMs / 1000)
    return missed ? this.#incident(Math.round(grantedFrames), nowMs) : isFree && this.#stepDown()
  }

  /** What to remember of the device now. */
  remember(): Pick<RememberedOutput, 'hintFrames' | 'calmS' | 'failures'> {
    // A trial that is not over has proven nothing: the next visit tries again.
    const { hintFrames, calmS } = this.#trial ?? { hintFrames: this.#hintFrames, calmS: this.#calmS }
    return { hintFrames, calmS: Math.round(calmS), failures: this.#failures }
  }

  /** One reading may be wrong, and the next one says so: nothing but what was asked for is granted any more. */
  #learn(grantedFrames: number): void {
    if (grantedFrames > this.#hintFrames) this.#leastFrames = grantedFrames
    else if (this.#leastFrames > grantedFrames) this.#leastFrames = 0
  }

  #held(seconds: number): void {
    this.#calmS += seconds
    if (!this.#trial) return
    this.#trial.heldS += seconds
    if (this.#trial.heldS < PROVEN_S) return
    this.#trial = undefined
    this.#failures = 0
  }

  #incident(grantedFrames: number, nowMs: number): boolean {
    this.#calmS = 0
    const last = this.#incidents.at(-1)
    if (last !== undefined && nowMs - last < INCIDENT_MS) return false
    this.#incidents = [...this.#incidents.filter((atMs) => nowMs - atMs < WITHIN_MS), nowMs]
    // The next rung above what was asked for and what was granted: less would change nothing.
    const above = Math.max(this.#hintFrames, grantedFrames)
    const enough = above >= COSTLY.fromFrames ? COSTLY.incidents : INCIDENTS
    const next = LADDER.find((rung) => rung > above)
    if (this.#incidents.length < enough || next === undefined) return false
    if (this.#trial) this.#failures++
    this.#step(next)
    return true
  }

  #stepDown(): boolean {
    const lower = LADDER[LADDER.indexOf(this.#hintFrames) - 1]
    if (this.#trial || lower === undefined || lower < this.#leastFrames) return false
    if (this.#calmS < CALM_S * FAILURE_FACTOR ** this.#failures) return false
    const before = { hintFrames: this.#hintFrames, calmS: this.#calmS, heldS: 0 }
    this.#step(lower)
    this.#trial = before
    return true
  }

  #step(hintFrames: number): void {
    this.#hintFrames = hintFrames
    this.#calmS = 0
    this.#trial = undefined
  }
}
