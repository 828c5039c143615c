// What is believed of the time, from the samples of NTP servers. Pure: time comes as an argument.
import { overlap } from './majority.ts'
import { agedErrorMs, type Sample } from './sample.ts'

/** A sample further than this from everything known is doubted. */
export const JUMP_MS = 1000
/** So many polls in a row must agree on a jump. */
export const JUMP_POLLS = 3
/** Samples kept: the best of them is the line. */
const KEPT = 8
/** Without a new sample the line is believed for this long; its error has then grown by 27 ms. */
export const HOLD_MS = 30 * 60_000

export interface Belief {
  server: string
  /** Unix ms at server clock 0. */
  lineMs: number
  errorMs: number
}

export class ReferenceClock {
  readonly #holdMs: number
  #kept: Sample[] = []
  #doubted: Sample[] = []
  #syncedUs: number | undefined

  constructor(holdMs = HOLD_MS) {
    this.#holdMs = holdMs
  }

  /** Server clock when a sample was last believed, µs. */
  get syncedUs(): number | undefined {
    return this.#syncedUs
  }

  /**
   * Takes what a poll gave. `sure`: more than half of all servers say so, therefore a jump is believed at once.
   * @param systemLineMs the line of the system's clock at that time
   */
  take(sample: Sample, systemLineMs: number, sure = false): 'believed' | 'doubted' {
    const belief = this.at(sample.atUs)
    if (!sure && this.#isJump(sample, belief, systemLineMs) && !this.#insists(sample)) return 'doubted'
    this.#doubted = []
    // One who differs by more than both errors shows that something was stepped: the past is worth nothing.
    if (belief === undefined || !overlap(belief, sample)) this.#kept = []
    this.#kept.push(sample)
    if (this.#kept.length > KEPT) this.#kept.shift()
    this.#syncedUs = sample.atUs
    return 'believed'
  }

  /** The best sample of the last ones, undefined when there is none or all are too old. */
  at(nowUs: number): Belief | undefined {
    if (this.#syncedUs === undefined || nowUs - this.#syncedUs > this.#holdMs * 1e3) return undefined
    let best: Belief | undefined
    for (const sample of this.#kept) {
      const errorMs = agedErrorMs(sample, nowUs)
      // Of two that are equally good the newer, which comes later.
      if (best === undefined || errorMs <= best.errorMs)
        best = { server: sample.server, lineMs: sample.lineMs, errorMs }
    }
    return best
  }

  /** The server clock has stood still (the computer slept): nothing that was measured against it holds. */
  forget(): void {
    this.#kept = []
    this.#doubted = []
    this.#syncedUs = undefined
  }

  #isJump({ lineMs }: Sample, belief: Belief | undefined, systemLineMs: number): boolean {
    const near = (otherMs: number) => Math.abs(lineMs - otherMs) <= JUMP_MS
    return !near(systemLineMs) && !(belief !== undefined && near(belief.lineMs))
  }

  /** Whether it is the last one needed of a row that agrees. */
  #insists(sample: Sample): boolean {
    if (!this.#doubted.every((earlier) => overlap(earlier, sample))) this.#doubted = []
    this.#doubted.push(sample)
    return this.#doubted.length >= JUMP_POLLS
  }
}
