// Thread: capture child. Turns jittery arrivals of equal blocks into exact positions and smooth capture times.
// Pure; the input's clock comes in as arrival times, microseconds of process.hrtime.
//
// An event loop can make a block late, never early. So what is much later than the loop's line is not believed
// (the line coasts), and what is much earlier proves the line itself was late. After a stall the blocks that
// waited come in a burst and lateness falls back to nothing; after a loss it stays. Hence: lost is what is
// still missing at the *best* moment of a whole window.
import { Dll } from '../shared/dsp/dll.ts'

/** Lateness beyond this, or three quarters of a period, is a stall or a loss. Device jitter: p99 1 ms measured. */
const LATE_US = 2_000
/** Longest burst delivery after a stall that is not taken for a loss; command inputs deliver up to 100 ms at once. */
const LOSS_WINDOW_US = 250_000
/** The same once the device itself has said it lost frames: only the lateness of the moment must pass. */
const OVERFLOW_WINDOW_US = 60_000
/** Acquire fast, then narrow as 1/t: with 0.02 Hz, 1 ms of jitter moves capture times by under 20 µs. */
const ACQUIRE_HZ = 1
const TRACK_HZ = 0.02
const NARROWING = 0.3

export class Stamper {
  /** Index of the block's first frame. */
  position = 0
  /** Smoothed clock at the block's first frame, µs. */
  captureUs = 0
  /** Losses so far: how many, and how many frames. */
  gaps = 0
  gapFrames = 0

  readonly #rateHz: number
  readonly #periodFrames: number
  readonly #lateUs: number
  readonly #dll: Dll
  #nextPosition = 0
  #blocks = 0
  #acquiredAtBlock = 0
  #lateBlocks = 0
  #leastLateUs = Number.POSITIVE_INFINITY
  #overflowUntilBlock = 0

  constructor(rateHz: number, periodFrames: number) {
    this.#rateHz = rateHz
    this.#periodFrames = periodFrames
    const periodUs = (periodFrames / rateHz) * 1e6
    this.#lateUs = Math.max(LATE_US, periodUs * 0.75)
    this.#dll = new Dll(periodUs)
  }

  /**
   * Takes one block, then `position` and `captureUs` are its. `knownGapFrames`: frames the input knows were
   * lost before it; `overflow`: the input knows that frames were lost, not how many. Does not allocate.
   */
  take(arrivalUs: number, knownGapFrames: number, overflow: boolean): void {
    const dll = this.#dll
    if (this.#blocks === 0) this.#acquire(arrivalUs)
    if (knownGapFrames > 0) this.#skip(knownGapFrames)
    if (overflow) this.#overflowUntilBlock = this.#blocks + LOSS_WINDOW_US / dll.periodUs
    const lateUs = arrivalUs - dll.nextUs
    if (lateUs < -this.#lateUs) this.#acquire(arrivalUs)
    else if (lateUs > this.#lateUs) this.#suspectLoss(lateUs)
    const onTime = Math.abs(arrivalUs - dll.nextUs) <= this.#lateUs
    if (onTime) this.#trust()

    this.position = this.#nextPosition
    this.captureUs = dll.nextUs - dll.periodUs
    if (onTime) dll.update(arrivalUs - dll.nextUs, this.#bandwidthHz())
    else dll.coast()
    this.#nextPosition += this.#periodFrames
    this.#blocks++
  }

  #acquire(arrivalUs: number): void {
    this.#dll.anchor(arrivalUs)
    this.#acquiredAtBlock = this.#blocks
  }

  #suspectLoss(lateUs: number): void {
    this.#lateBlocks++
    this.#leastLateUs = Math.min(this.#leastLateUs, lateUs)
    const windowUs = this.#blocks < this.#overflowUntilBlock ? OVERFLOW_WINDOW_US : LOSS_WINDOW_US
    if (this.#lateBlocks * this.#dll.periodUs < windowUs) return
    this.#skip(Math.round((this.#leastLateUs * this.#rateHz) / 1e6))
    this.#trust()
  }

  #trust(): void {
    this.#lateBlocks = 0
    this.#leastLateUs = Number.POSITIVE_INFINITY
  }

  #skip(frames: number): void {
    this.#nextPosition += frames
    this.#dll.shift((frames / this.#rateHz) * 1e6)
    this.gaps++
    this.gapFrames += frames
  }

  #bandwidthHz(): number {
    const seconds = ((this.#blocks - this.#acquiredAtBlock) * this.#periodFrames) / this.#rateHz
    return Math.min(ACQUIRE_HZ, Math.max(TRACK_HZ, NARROWING / seconds))
  }
}
