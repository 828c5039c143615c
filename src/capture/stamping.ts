// Thread: capture child. Turns jittery arrivals of equal blocks into exact positions and smooth capture times.
// Pure; the input's clock comes in as arrival times, microseconds of process.hrtime.
//
// An event loop can make a block late, never early. So what is much later than the loop's line is not believed
// (the line coasts), and what is much earlier proves the line itself was late. After a stall the blocks that
// waited come in a burst, faster than they are made, and lateness falls back to nothing; after a loss they come
// at their own pace, and all as late as each other. Hence: lost is what is missing at the best moment of a run of
// late blocks that were in no hurry.
import { Dll } from '../shared/dsp/dll.ts'

/** Lateness beyond this, or three quarters of a period, is a stall or a loss. Device jitter: p99 1 ms measured. */
const LATE_US = 2_000
/** So many late blocks running, in so many arrivals, over so long: a device may deliver in pairs, a backlog comes at once. */
const LATE_RUN = 6
const LATE_ARRIVALS = 4
const OWN_PACE_PERIODS = 4
/** Blocks that come closer than this came together: of a program that writes many at once, only the last is in time. */
const TOGETHER_PERIODS = 0.5
/**
 * Lateness below this is not a loss unless the device says so: four periods of 128 frames, which every device's buffer
 * holds. A device that paused (a virtual one whose machine stood still) comes as late, and has lost nothing.
 */
const BUFFERED_US = 11_600
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
  /** When the last late arrivals running began, and the least lateness in each, as rings; without any, infinite. */
  readonly #lateArrivalUs = new Float64Array(LATE_RUN).fill(Number.POSITIVE_INFINITY)
  readonly #lateByUs = new Float64Array(LATE_RUN).fill(Number.POSITIVE_INFINITY)
  #lateBlocks = 0
  #lateArrivals = 0
  #lastLateUs = 0
  #overflowed = false

  constructor(rateHz: number, periodFrames: number) {
    this.#rateHz = rateHz
    this.#periodFrames = periodFrames
    const periodUs = (periodFrames / rateHz) * 1e6
    this.#lateUs = Math.max(LATE_US, periodUs * 0.75)
    this.#dll = new Dll(periodUs)
  }

  /**
   * Takes one block, then `position` and `captureUs` are its. `knownGapFrames`: frames the input knows were
   * lost before it; `overflow`: it knows that frames were lost, not how many. Does not allocate.
   */
  take(arrivalUs: number, knownGapFrames: number, overflow: boolean): void {
    const dll = this.#dll
    if (this.#blocks === 0) this.#acquire(arrivalUs)
    if (knownGapFrames > 0) this.#skip(knownGapFrames)
    this.#overflowed ||= overflow
    const lateUs = arrivalUs - dll.nextUs
    if (lateUs < -this.#lateUs) this.#acquire(arrivalUs)
    else if (lateUs > this.#lateUs) this.#suspectLoss(arrivalUs, lateUs)
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

  #suspectLoss(arrivalUs: number, lateUs: number): void {
    const apartUs = arrivalUs - this.#lastLateUs
    const isNew = this.#lateBlocks === 0 || apartUs > TOGETHER_PERIODS * this.#dll.periodUs
    this.#lastLateUs = arrivalUs
    this.#lateBlocks++
    if (isNew) this.#lateArrivals++
    const at = this.#lateArrivals % LATE_RUN
    if (isNew) this.#lateArrivalUs[at] = arrivalUs
    this.#lateByUs[at] = isNew ? lateUs : Math.min(this.#lateByUs[at] as number, lateUs)
    // Until the next one comes nobody knows whether the last block of an arrival was it.
    if (!isNew || this.#lateBlocks < LATE_RUN || this.#lateArrivals < LATE_ARRIVALS) return
    if (arrivalUs - least(this.#lateArrivalUs) < OWN_PACE_PERIODS * this.#dll.periodUs) return
    const leastUs = least(this.#lateByUs)
    if (this.#overflowed || leastUs > BUFFERED_US) this.#skip(Math.round((leastUs * this.#rateHz) / 1e6))
    else this.#acquire(this.#dll.nextUs + leastUs)
    this.#trust()
  }

  #trust(): void {
    this.#overflowed = false
    if (this.#lateBlocks === 0) return
    this.#lateBlocks = 0
    this.#lateArrivals = 0
    this.#lateArrivalUs.fill(Number.POSITIVE_INFINITY)
    this.#lateByUs.fill(Number.POSITIVE_INFINITY)
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

function least(values: Float64Array): number {
  let found = Number.POSITIVE_INFINITY
  for (const value of values) found = Math.min(found, value)
  return found
}
