import { trimmed } from './trimmed.ts'

const BLOCK_MS = 1000
const WINDOW_MS = 300_000
/** So much of the window is lower than what holds, and a second at least: one may be of a stall. */
const LOW = 0.05
/** For so long after an output begins, or plays again, its timestamps are still finding their rate: up to 13 ms off, either way. */
const SETTLE_MS = 10_000
/** What is rendered leaves so much sooner or later than the second before: the device has lost frames, and its timestamps … */
const JUMP_MS = 1
/** … are up to 5 ms early for some seconds, and 0.6 for ten more. */
const AFTER_JUMP_MS = 20_000
/** Without a reading for so long it has not played. */
const GAP_MS = 2000
/** Fewer seconds than this say nothing. */
const FEWEST = 10
/** So many seconds running that agree with each other to so much are no creeping lie of a spoilt clock, but how it is now. */
const LASTING = 20
const AGREED_MS = 3
/** Of the readings of a second, so much is left out at either end: words of shared memory may be from two callbacks. */
const TRIM = 0.25

/**
 * What the readings of one output say of it over five minutes. From leaving the worklet to the ear it is always the same, but
 * the timestamps are mostly too late, by up to 3 ms for half a minute and, after a stall, by up to 60 for some seconds, and
 * seldom too early: so nearly the least of the seconds holds. (PulseAudio's interpolated clock, held against
 * recordings: within 0.3 ms where the mean is 1 to 2 off.) Pure.
 */
export class LeadWindow {
  #seconds: { atMs: number; leadMs: number }[] = []
  #readings: { leadMs: number; zeroMs: number }[] = []
  /** Of the last second that agreed on it. */
  #zeroMs = Number.NaN
  #beganMs = Number.NaN
  #lastMs = Number.NaN
  #settledMs = Number.NaN
  #lowMs = Number.NaN
  #middleMs = Number.NaN

  /** What holds, ms; NaN: not known yet. */
  get lowMs(): number {
    return this.#lowMs
  }

  /** How far the readings are usually above it, ms. */
  get widthMs(): number {
    return this.#middleMs - this.#lowMs
  }

  /** What the last 20 s agree on, ms; NaN when they do not. */
  get lastingMs(): number {
    const latest = this.#seconds.slice(-LASTING).map(({ leadMs }) => leadMs)
    const { mean, spread } = trimmed(latest, TRIM)
    return latest.length === LASTING && spread <= AGREED_MS ? mean : Number.NaN
  }

  /** Another output. */
  reset(): void {
    this.#seconds = []
    this.#readings = []
    this.#zeroMs = this.#beganMs = this.#lastMs = this.#settledMs = this.#lowMs = this.#middleMs = Number.NaN
  }

  /** What was before the last 20 s was of another output. */
  keepLasting(): void {
    this.#seconds = this.#seconds.slice(-LASTING)
    this.#read()
  }

  /** One reading; `zeroMs`: local time at which the context's first frame would have left. True: a second is over, and the figures are new. */
  add(atMs: number, leadMs: number, zeroMs: number): boolean {
    if (!(Math.abs(atMs - this.#lastMs) < GAP_MS)) {
      this.#settledMs = atMs + SETTLE_MS
      this.#beganMs = atMs
      this.#zeroMs = Number.NaN
      this.#readings = []
    }
    this.#lastMs = atMs
    const isOver = Math.abs(atMs - this.#beganMs) >= BLOCK_MS
    if (isOver) {
      this.#endSecond(atMs)
      this.#beganMs = atMs
      this.#readings = []
    }
    this.#readings.push({ leadMs, zeroMs })
    return isOver
  }

  #endSecond(atMs: number): void {
    const readings = this.#readings
    if (readings.length === 0) return
    const { mean: zeroMs, spread } = trimmed(
      readings.map((reading) => reading.zeroMs),
      TRIM,
    )
    if (spread < JUMP_MS) {
      if (Math.abs(zeroMs - this.#zeroMs) > JUMP_MS)
        this.#settledMs = Math.max(this.#settledMs, atMs + AFTER_JUMP_MS)
      this.#zeroMs = zeroMs
    }
    if (this.#beganMs < this.#settledMs) return
    const { mean: leadMs } = trimmed(
      readings.map((reading) => reading.leadMs),
      TRIM,
    )
    this.#seconds.push({ atMs, leadMs })
    while (Math.abs(atMs - (this.#seconds[0]?.atMs ?? atMs)) > WINDOW_MS) this.#seconds.shift()
    this.#read()
  }

  #read(): void {
    const sorted = this.#seconds.map(({ leadMs }) => leadMs).sort((a, b) => a - b)
    if (sorted.length < FEWEST) return
    this.#lowMs = sorted[Math.max(1, Math.floor(sorted.length * LOW))] as number
    this.#middleMs = sorted[sorted.length >> 1] as number
  }
}
