// Rate decision: a PI loop with two prefilter poles on the time error (never on ring fill). Form after
// PipeWire's dll.h and Adriaensen, "Using a DLL to filter time" (2005). Pure; time comes in.

import type { Moment } from './moment.ts'

/** Loop bandwidth while the clocks get to know each other, then narrower, then for good. */
const ACQUIRE_HZ = 0.1
const ACQUIRE_S = 10
const TRACK_HZ = 0.02
const TRACK_S = 60
/** What is left then is a clock that counts whole milliseconds, beating with the device's: 0.02 Hz bends by 64 ppm after it. */
const HOLD_HZ = 0.01
/** Steady pitch error stays below 1.7 cents; only a large time error may bend more (5.2 cents). */
const STEADY_LIMIT = 1000e-6
const FAR_LIMIT = 3000e-6
const FAR_S = 0.01
const MAX_ERROR_S = 0.01
const MAX_DRIFT = 500e-6
const SLEW_PER_S = 1000e-6

export class RateControl {
  #z1 = 0
  #z2 = 0
  #drift = 0
  #ratio = 1
  #ageS = 0

  /** What is known of the two clocks from earlier: the correction that was right then, in ppm. */
  seed(ppm: number): void {
    this.#drift = clamp(ppm * 1e-6, MAX_DRIFT)
    this.#ratio = 1 + this.#drift
  }

  /** A new stream: the error is nothing yet, and acquired quickly. The drift is kept: it belongs to the two clocks. */
  restart(): void {
    this.settle()
    this.#ageS = 0
  }

  /** Playing goes on at the target: whatever the error was, it is gone. */
  settle(): void {
    this.#z1 = 0
    this.#z2 = 0
  }

  /** Position or target were moved: the error is now so much larger, and that is nothing to learn from. */
  shift(errorS: number): void {
    this.#z1 += errorS
    this.#z2 += errorS
  }

  /**
   * One step per device callback, from its `errorS` (positive: too much delay, so consume faster), `dtS` and
   * `slewMsPerS`: a target that is being moved is followed without an error. `hold`: do not learn (audio is missing).
   */
  step(moment: Moment, hold: boolean): void {
    const errorS = moment.errorS
    const targetSlew = moment.slewMsPerS / 1000
    const dt = Math.min(Math.max(moment.dtS, 0), 0.1)
    this.#ageS += dt
    const omega = 2 * Math.PI * this.#bandwidthHz
    const w0 = 1 - Math.exp(-20 * omega * dt)
    this.#z1 += w0 * (errorS - this.#z1)
    this.#z2 += w0 * (this.#z1 - this.#z2)
    const u = clamp(this.#z2, MAX_ERROR_S)
    const limit = Math.abs(this.#z2) > FAR_S ? FAR_LIMIT : STEADY_LIMIT
    const wanted = 1.5 * omega * u + this.#drift - targetSlew
    const held = clamp(wanted, limit)
    if (!hold && held === wanted) this.#drift = clamp(this.#drift + omega * omega * u * dt, MAX_DRIFT)
    const slew = SLEW_PER_S * dt
    this.#ratio += clamp(1 + held - this.#ratio, slew)
  }

  get #bandwidthHz(): number {
    if (this.#ageS < ACQUIRE_S) return ACQUIRE_HZ
    return this.#ageS < TRACK_S ? TRACK_HZ : HOLD_HZ
  }

  /** The error with the callback pattern filtered out, seconds. */
  get errorS(): number {
    return this.#z2
  }

  /** Input frames to consume per nominal input frame. */
  get ratio(): number {
    return this.#ratio
  }
}

function clamp(x: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, x))
}
