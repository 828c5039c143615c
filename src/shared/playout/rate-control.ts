// Rate decision: a PI loop with two prefilter poles on the time error (never on ring fill). Form after
// PipeWire's dll.h and Adriaensen, "Using a DLL to filter time" (2005). Pure; time comes in.

/** Loop bandwidth while the clocks get to know each other, then for good. */
const ACQUIRE_HZ = 0.1
const TRACK_HZ = 0.02
const ACQUIRE_S = 10
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

  /** Starts over at a new place in time. The drift learnt so far is kept: it belongs to the two clocks. */
  restart(): void {
    this.#z1 = 0
    this.#z2 = 0
    this.#ageS = 0
  }

  /**
   * One step per device callback. `errorS`: how much later than the target the playout is, in seconds (positive:
   * too much delay, so consume faster). `dtS`: since the last step. `hold`: do not learn (audio is missing).
   * Returns input frames to consume per nominal input frame.
   */
  step(errorS: number, dtS: number, hold: boolean): number {
    const dt = Math.min(Math.max(dtS, 0), 0.1)
    this.#ageS += dt
    const omega = 2 * Math.PI * (this.#ageS < ACQUIRE_S ? ACQUIRE_HZ : TRACK_HZ)
    const w0 = 1 - Math.exp(-20 * omega * dt)
    this.#z1 += w0 * (errorS - this.#z1)
    this.#z2 += w0 * (this.#z1 - this.#z2)
    const u = clamp(this.#z2, MAX_ERROR_S)
    const limit = Math.abs(this.#z2) > FAR_S ? FAR_LIMIT : STEADY_LIMIT
    const wanted = 1.5 * omega * u + this.#drift
    const held = clamp(wanted, limit)
    if (!hold && held === wanted) this.#drift = clamp(this.#drift + omega * omega * u * dt, MAX_DRIFT)
    const slew = SLEW_PER_S * dt
    this.#ratio += clamp(1 + held - this.#ratio, slew)
    return this.#ratio
  }

  /** The error with the callback pattern filtered out, seconds. */
  get errorS(): number {
    return this.#z2
  }

  get ratio(): number {
    return this.#ratio
  }
}

function clamp(x: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, x))
}
