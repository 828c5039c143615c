// Whether a command keeps time by itself, and when its next block may go if it does not. Pure.
//
// A live program (arecord, pw-record) writes as the sound comes: its blocks go at once and its own clock is
// heard in their arrivals. A program that runs ahead of the clock (cat) is paced at the nominal rate, and
// then the pace is the clock. Running ahead means a whole burst of BURST_US at once: a live clock that is a
// little fast leaks away, since time is counted 0.1 % shorter than it is. A live program has such a burst, too, after this
// process stood still, or when it begins: what tells it from a file is that it does not fill what is read ahead again.
import { Schedule } from './schedule.ts'

/** Live programs deliver in chunks up to 50 ms. */
export const BURST_US = 100_000
const LEAK = 0.999
/** One that has not filled what is read ahead for so long keeps time. */
const LIVE_US = 1_000_000

export class Pace {
  readonly #periodUs: number
  readonly #schedule: Schedule
  #paced = false
  #aheadUntilUs = 0
  /** What waits goes at once, until nothing does. */
  #catchingUp = false
  #filledUs = 0

  constructor(rateHz: number, periodFrames: number) {
    this.#periodUs = (periodFrames / rateHz) * 1e6
    this.#schedule = new Schedule(rateHz, periodFrames)
  }

  /** Milliseconds until the next block may go; 0 for now. */
  waitMs(nowUs: number): number {
    if (this.#paced && nowUs - this.#filledUs > LIVE_US) {
      this.#paced = false
      this.#catchingUp = true
    }
    return this.#paced && this.#schedule.dueUs > nowUs ? this.#schedule.sleepMs(nowUs) : 0
  }

  /** The program has written all that is read ahead, and would write more. */
  filled(nowUs: number): void {
    this.#filledUs = nowUs
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
    if (this.#catchingUp && !starved) {
      this.#aheadUntilUs = nowUs
      return nowUs
    }
    this.#catchingUp = false
    this.#aheadUntilUs = Math.max(this.#aheadUntilUs, nowUs) + this.#periodUs * LEAK
    if (this.#aheadUntilUs - nowUs > BURST_US) {
      this.#paced = true
      this.#filledUs = nowUs
      this.#schedule.startAt(nowUs + this.#periodUs)
    }
    return nowUs
  }
}
