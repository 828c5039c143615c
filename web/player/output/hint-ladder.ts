import type { RememberedOutput } from './device-memory.ts'

/** Frames per device callback that are asked for, smallest first; what is granted is the browser's affair. */
const LADDER: readonly number[] = [128, 256, 512, 1024]
/** A step up: so many separate incidents in so much time. */
const INCIDENTS = 3
const WITHIN_MS = 30_000
/** One stall of the machine shows in two readings at most: what follows within this is the same incident. */
const INCIDENT_MS = 2000
/** A device that has just started, or a page that has just been away, is not judged. */
const GRACE_MS = 3000
const AWAY_MS = 2500
/** A smaller hint is tried again, on a later visit, after so much calm; each failure makes it four times as much. */
const CALM_S = 1800
const FAILURE_FACTOR = 4
/** … and kept after so much calm with it. */
const PROVEN_S = 600

/**
 * Decides how many frames per callback to ask of the output device: more when it underruns more than rarely, one step
 * less on a visit after long calm. Within a visit it only goes up. Pure.
 */
export class HintLadder {
  readonly #remembered: RememberedOutput
  readonly #trying: boolean
  #hintFrames: number
  #incidents: number[] = []
  #seen = 0
  #judgeFromMs = 0
  #lastMs = Number.NaN
  #calmS = 0

  constructor(remembered: RememberedOutput) {
    this.#remembered = { ...remembered }
    const known = LADDER.find((rung) => rung >= remembered.hintFrames) ?? LADDER.at(-1) ?? 0
    const lower = LADDER[LADDER.indexOf(known) - 1]
    const calmNeeded = CALM_S * FAILURE_FACTOR ** remembered.failures
    this.#trying = lower !== undefined && remembered.calmS >= calmNeeded
    this.#hintFrames = this.#trying && lower !== undefined ? lower : known
    this.#calmS = this.#trying ? 0 : remembered.calmS
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
   * About once a second while playing. `underruns`: of this device so far; `grantedFrames`: what one callback pulls.
   * True: the hint has gone up, open the device again.
   */
  tick(underruns: number, grantedFrames: number, nowMs: number): boolean {
    const sinceMs = nowMs - this.#lastMs
    const missed = underruns > this.#seen
    this.#seen = underruns
    this.#lastMs = nowMs
    if (!(sinceMs >= 0 && sinceMs <= AWAY_MS)) this.#judgeFromMs = nowMs + GRACE_MS
    if (nowMs < this.#judgeFromMs) return false
    this.#calmS += sinceMs / 1000
    if (!missed) return false
    const last = this.#incidents.at(-1)
    if (last !== undefined && nowMs - last < INCIDENT_MS) return false
    this.#incidents = [...this.#incidents.filter((atMs) => nowMs - atMs < WITHIN_MS), nowMs]
    return this.#incidents.length >= INCIDENTS && this.#stepUp(grantedFrames)
  }

  /** What to remember of the device now. */
  remember(): Pick<RememberedOutput, 'hintFrames' | 'calmS' | 'failures'> {
    const { hintFrames, calmS, failures } = this.#remembered
    // A trial that is not over has proven nothing: the next visit tries again.
    if (this.#onTrial && this.#calmS < PROVEN_S) return { hintFrames, calmS, failures }
    return {
      hintFrames: this.#hintFrames,
      calmS: Math.round(this.#calmS),
      failures: this.#remembered.failures,
    }
  }

  get #onTrial(): boolean {
    return this.#trying && this.#hintFrames < this.#remembered.hintFrames
  }

  /** The next rung above what was asked for and what was granted: less would change nothing. */
  #stepUp(grantedFrames: number): boolean {
    const above = Math.max(this.#hintFrames, Math.round(grantedFrames))
    const next = LADDER.find((rung) => rung > above)
    if (next === undefined) return false
    if (this.#onTrial) this.#remembered.failures++
    this.#hintFrames = next
    this.#calmS = 0
    return true
  }
}
