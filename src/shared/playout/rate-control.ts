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
/** In a group the line is not this listener's: a source that stood still is made up for at up to 1,000 ppm, beside its own clock. */
const TOGETHER_LIMIT = 2000e-6
const FAR_S = 0.01
const MAX_ERROR_S = 0.01
const MAX_DRIFT = 500e-6
const SLEW_PER_S = 1000e-6
/** … but as a group's delay is moved, or as a member makes up for what it has lost, it is at once nearly: what it lags is skew. */
const TOGETHER_SLEW_PER_S = 4000e-6
const MAX_DT_S = 0.1

export class RateControl {
  /** Input frames to consume per nominal input frame. Written here only, like `errorS`. */
  ratio = 1
  /** The error with the callback pattern filtered out, seconds. */
  errorS = 0
  /** Plays with a group whose delay is moved: that bends the pitch on top of what the clocks need. */
  synchronised = false
  #z1 = 0
  #drift = 0
  /** How fast the target is moved, as far as the ratio has come to that. */
  #forward = 0
  #ageS = 0

  /** What is known of the two clocks from earlier: the correction that was right then, in ppm. */
  seed(ppm: number): void {
    this.#drift = Math.min(MAX_DRIFT, Math.max(-MAX_DRIFT, ppm * 1e-6))
    this.ratio = 1 + this.#drift
  }

  /** A new stream: the error is nothing yet, and acquired quickly. The drift is kept: it belongs to the two clocks. */
  restart(): void {
    this.settle()
    this.#ageS = 0
  }

  /** Playing goes on at the target: whatever the error was, it is gone. */
  settle(): void {
    this.#z1 = 0
    this.errorS = 0
  }

  /** Position or target were moved: the error is now so much larger, and that is nothing to learn from. */
  shift(errorS: number): void {
    this.#z1 += errorS
    this.errorS += errorS
  }

  /**
   * One step per device callback, from its `errorS` (positive: too much delay, so consume faster), `dtS` and
   * `slewMsPerS`: a target that is being moved is followed without an error. `hold`: do not learn (audio is missing).
   */
  step(moment: Moment, hold: boolean): void {
    const errorS = moment.errorS
    const targetSlew = moment.slewMsPerS / 1000
    // Math.min and its like, not `? :`: see moment.ts.
    const dt = Math.min(MAX_DT_S, Math.max(0, moment.dtS))
    const ageS = this.#ageS + dt
    this.#ageS = ageS
    // Both are asked each time: code that is first reached after a minute would throw away what was compiled.
    const acquiring = ageS < ACQUIRE_S
    const tracking = ageS < TRACK_S
    const omega = 2 * Math.PI * (acquiring ? ACQUIRE_HZ : tracking ? TRACK_HZ : HOLD_HZ)
    // 1 − e^−x, to 0.2 % where x is largest.
    const x = 20 * omega * dt
    const w0 = (12 * x) / (12 + x * (6 + x))
    this.#z1 += w0 * (errorS - this.#z1)
    this.errorS += w0 * (this.#z1 - this.errorS)
    const filteredS = this.errorS
    const u = Math.min(MAX_ERROR_S, Math.max(-MAX_ERROR_S, filteredS))
    const steady = this.synchronised ? TOGETHER_LIMIT : STEADY_LIMIT
    const own = filteredS > FAR_S || filteredS < -FAR_S ? FAR_LIMIT : steady
    const limit = this.synchronised ? own + Math.abs(targetSlew) : own
    const wanted = 1.5 * omega * u + this.#drift - targetSlew
    const held = Math.min(limit, Math.max(-limit, wanted))
    if (!hold && held === wanted) {
      const drift = this.#drift + omega * omega * u * dt
      this.#drift = Math.min(MAX_DRIFT, Math.max(-MAX_DRIFT, drift))
    }
    let slew = SLEW_PER_S * dt
    if (this.synchronised) {
      const most = TOGETHER_SLEW_PER_S * dt
      const moved = Math.min(most, Math.max(-most, targetSlew - this.#forward))
      this.#forward += moved
      slew += Math.abs(moved)
    }
    this.ratio += Math.min(slew, Math.max(-slew, 1 + held - this.ratio))
  }
}
