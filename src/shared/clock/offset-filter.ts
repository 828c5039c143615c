/**
 * What two clocks' rates differ by before anything is known, as a standard deviation (ratio): crystals by less, a clock
 * that is being set by up to 500 ppm.
 */
const DRIFT_SD = 200e-6
/** No two clocks that work are further apart (ratio). */
const MAX_DRIFT = 1000e-6
/** Drift walks off by this standard deviation in a second (temperature): half a ppm in five minutes. */
const WALK_PER_S = 3e-8
const WALK_VARIANCE_PER_MS = WALK_PER_S ** 2 / 1000

/** Where the line is at a time; none of it changes the filter. */
export interface OffsetAt {
  offsetMs: number
  /** Server ms per local ms, minus 1; 0 until it stands out of its own uncertainty. */
  drift: number
  /** Standard deviation of offsetMs. */
  sigmaMs: number
}

/**
 * Two clocks' offset and drift from one measurement now and then: a Kalman filter with these two states, of which
 * the drift walks randomly. Pure; local time comes in, ms.
 */
export class OffsetFilter {
  #atMs = 0
  #offsetMs = 0
  #drift = 0
  /** Covariance: of the offset (ms²), of both (ms), of the drift. */
  #p00 = 0
  #p01 = 0
  #p11 = 0

  /** Forgets everything but this measurement, whose standard deviation is `sdMs`. */
  begin(atMs: number, offsetMs: number, sdMs: number): void {
    this.#atMs = atMs
    this.#offsetMs = offsetMs
    this.#drift = 0
    this.#p00 = sdMs ** 2
    this.#p01 = 0
    this.#p11 = DRIFT_SD ** 2
  }

  /** How far a measurement at `atMs` is from where it was expected, ms; changes nothing. */
  residualMs(atMs: number, offsetMs: number): number {
    return offsetMs - this.#offsetMs - this.#drift * (atMs - this.#atMs)
  }

  /** `atMs`: not before the measurement before. */
  update(atMs: number, offsetMs: number, sdMs: number): void {
    const residual = this.residualMs(atMs, offsetMs)
    const dt = atMs - this.#atMs
    const p00 = this.#varianceAfter(dt)
    const p01 = this.#p01 + this.#p11 * dt + (WALK_VARIANCE_PER_MS * dt ** 2) / 2
    const p11 = this.#p11 + WALK_VARIANCE_PER_MS * dt
    const gain = p00 / (p00 + sdMs ** 2)
    const driftGain = p01 / (p00 + sdMs ** 2)
    this.#offsetMs += this.#drift * dt + gain * residual
    const drift = this.#drift + driftGain * residual
    this.#drift = Math.min(MAX_DRIFT, Math.max(-MAX_DRIFT, drift))
    this.#p00 = (1 - gain) * p00
    this.#p01 = (1 - gain) * p01
    this.#p11 = p11 - driftGain * p01
    this.#atMs = atMs
  }

  at(atMs: number): OffsetAt {
    const dt = atMs - this.#atMs
    const used = Math.abs(this.#drift) > 2 * Math.sqrt(this.#p11)
    const drift = used ? this.#drift : 0
    // What the drift is thought to be and not used for is missing from the offset.
    const leftOutMs = used ? 0 : this.#drift * dt
    return {
      offsetMs: this.#offsetMs + drift * dt,
      drift,
      sigmaMs: Math.sqrt(this.#varianceAfter(Math.abs(dt)) + leftOutMs ** 2),
    }
  }

  #varianceAfter(dt: number): number {
    return this.#p00 + 2 * this.#p01 * dt + this.#p11 * dt ** 2 + (WALK_VARIANCE_PER_MS * dt ** 3) / 3
  }
}
