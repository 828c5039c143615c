// When the blocks of a source without a clock of its own are due: t0 + k periods. Multiplied, never summed,
// so that it does not drift. Pure.

/** Further behind than this (a laptop slept), the missed blocks are skipped: catching up would be a burst. */
const MAX_BEHIND_US = 200_000

export class Schedule {
  readonly #periodUs: number
  #originUs = 0
  #taken = 0

  constructor(rateHz: number, periodFrames: number) {
    this.#periodUs = (periodFrames / rateHz) * 1e6
  }

  /** The next block ends, and is due, at `dueUs`. */
  startAt(dueUs: number): void {
    this.#originUs = dueUs
    this.#taken = 0
  }

  get dueUs(): number {
    return this.#originUs + this.#taken * this.#periodUs
  }

  /** Milliseconds to sleep until the next block is due: whole ones, as timers have them; at least 1. */
  sleepMs(nowUs: number): number {
    return Math.max(1, Math.ceil((this.dueUs - nowUs) / 1000))
  }

  /** Takes the due block. */
  take(): void {
    this.#taken++
  }

  /** Periods skipped because they are too long past; 0 as a rule. */
  skipMissed(nowUs: number): number {
    const behindUs = nowUs - this.dueUs
    if (behindUs <= MAX_BEHIND_US) return 0
    const missed = Math.floor(behindUs / this.#periodUs)
    this.#taken += missed
    return missed
  }
}
