// Whether a command keeps time by itself, and when its next block may go if it does not. Pure.
//
// A live program (arecord, pw-record) writes as the sound comes: its blocks go at once and its own clock is
// heard in their arrivals. A program that runs ahead of the clock (cat) is paced at the nominal rate, and
// then the pace is the clock. Running ahead means a whole burst of BURST_US at once: a live clock that is a
// little fast leaks away, since time is counted 0.1 % shorter than it is.
import { Schedule } from './schedule.ts'

/** Live programs deliver in chunks up to 50 ms. */
export const BURST_US = 100_000
const LEAK = 0.999

export class Pace {
  readonly #periodUs: number
  readonly #schedule: Schedule
  #paced = false
  #aheadUntilUs = 0

  constructor(rateHz: number, periodFrames: number) {
    this.#periodUs = (periodFrames / rateHz) * 1e6
    this.#schedule = new Schedule(rateHz, periodFrames)
  }

  /** Milliseconds until the next block may go; 0 for now. */
  waitMs(nowUs: number): number {
    return this.#paced && this.#schedule.dueUs > nowUs ? this.#schedule.sleepMs(nowUs) : 0
  }

  /** Takes a block and returns when it arrived. `starved`: nothing waited before its last bytes came. */
  take(nowUs: number, starved: boolean): number {
    if (this.#paced && starved && nowUs > this.#schedule.dueUs) {
      this.#paced = false // it does keep time, and only had a burst to get rid of
      this.#aheadUntilUs = nowUs
    }
    if (this.#paced) {
      this.#schedule.skipMissed(nowUs)
      const dueUs = this.#schedule.dueUs
      this.#schedule.take()
      return dueUs
    }
    this.#aheadUntilUs = Math.max(this.#aheadUntilUs, nowUs) + this.#periodUs * LEAK
    if (this.#aheadUntilUs - nowUs > BURST_US) {
      this.#paced = true
      this.#schedule.startAt(nowUs + this.#periodUs)
    }
    return nowUs
  }
}
