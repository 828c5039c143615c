// Delay-locked loop: filters the times of a periodic event seen through jitter (F. Adriaensen, "Using a DLL
// to filter time", LAC 2005; PipeWire's spa/utils/dll.h is the same loop). Second order, so that a constant
// rate error leaves no steady phase error. Pure: time comes in as an argument, in any unit of microseconds.

/** Real sound cards differ by tens of ppm; whatever is further out than this is not a clock but a fault. */
const MAX_PERIOD_ERROR = 0.002

export class Dll {
  readonly #nominalUs: number
  #nextUs = 0
  #periodUs: number

  /** `periodUs`: nominal distance of two events. */
  constructor(periodUs: number) {
    if (!(periodUs > 0)) throw new RangeError(`period must be above 0, not ${periodUs}`)
    this.#nominalUs = periodUs
    this.#periodUs = periodUs
  }

  /** Filtered time at which the coming event is expected. */
  get nextUs(): number {
    return this.#nextUs
  }

  /** Filtered distance of two events. */
  get periodUs(): number {
    return this.#periodUs
  }

  /** Puts the coming event at `nextUs`; what is known of the period stays. */
  anchor(nextUs: number): void {
    this.#nextUs = nextUs
  }

  /** Moves the line: `us` passed in which no events were counted. */
  shift(us: number): void {
    this.#nextUs += us
  }

  /** The coming event was `errorUs` later than `nextUs`: corrects, and moves on to the one after. Does not allocate. */
  update(errorUs: number, bandwidthHz: number): void {
    const omega = (2 * Math.PI * bandwidthHz * this.#nominalUs) / 1e6
    this.#nextUs += Math.SQRT2 * omega * errorUs + this.#periodUs
    const low = this.#nominalUs * (1 - MAX_PERIOD_ERROR)
    const high = this.#nominalUs * (1 + MAX_PERIOD_ERROR)
    this.#periodUs = Math.min(high, Math.max(low, this.#periodUs + omega * omega * errorUs))
  }

  /** The coming event says nothing about the clock: moves on by one period. */
  coast(): void {
    this.#nextUs += this.#periodUs
  }
}
