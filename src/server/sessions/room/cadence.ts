// When the members of a session are told its state: at once on every change, else as often as they need it.

export interface CadenceOptions {
  ultraLowLatency: boolean
  /** A drift beyond this is high. */
  toleranceMs: number
}

/** Of all members. */
export interface Worst {
  driftMs: number
  rttMs: number
}

const NORMAL_MS = 100
const HIGH_MS = 60
const ULTRA_NORMAL_MS = 50
const ULTRA_HIGH_MS = 30
const CALM_MS = 1000
/** Nothing has changed for so long, and nobody is further off than this: a calm session. */
const CALM_AFTER_US = 10e6
const CALM_DRIFT_MS = 0.5
const HIGH_RTT_MS = 200

export class SyncCadence {
  readonly #ultra: boolean
  readonly #toleranceMs: number
  #touched = true
  #changedUs = Number.NEGATIVE_INFINITY
  #sentUs = Number.NEGATIVE_INFINITY
  #intervalMs = NORMAL_MS

  constructor({ ultraLowLatency, toleranceMs }: CadenceOptions) {
    this.#ultra = ultraLowLatency
    this.#toleranceMs = toleranceMs
  }

  /** What is told in the message. */
  get intervalMs(): number {
    return this.#intervalMs
  }

  /** When the state is due next, server clock, µs. */
  get dueUs(): number {
    return this.#touched ? Number.NEGATIVE_INFINITY : this.#sentUs + this.#intervalMs * 1000
  }

  /** Something has changed: play, pause, seek, source, delay, who is here. However often in a tick, it is one message. */
  touch(): void {
    this.#touched = true
  }

  /** Whether to send it now; true means that it is sent. */
  due(nowUs: number, worst: Worst): boolean {
    const isChanged = this.#touched
    if (isChanged) this.#changedUs = nowUs
    const intervalMs = this.#choose(nowUs, worst)
    // Sooner than was told is always right; later only after it was told.
    this.#intervalMs = Math.min(this.#intervalMs, intervalMs)
    if (nowUs < this.dueUs) return false
    this.#touched = false
    // Not from when it was noticed, so that a coarse tick does not make the interval longer.
    const wasDueUs = this.#sentUs + this.#intervalMs * 1000
    const isLate = !(nowUs - wasDueUs < this.#intervalMs * 1000)
    this.#sentUs = isChanged || isLate ? nowUs : wasDueUs
    this.#intervalMs = intervalMs
    return true
  }

  #choose(nowUs: number, { driftMs, rttMs }: Worst): number {
    const isHigh = driftMs > this.#toleranceMs || rttMs > HIGH_RTT_MS
    if (this.#ultra) return isHigh ? ULTRA_HIGH_MS : ULTRA_NORMAL_MS
    if (isHigh) return HIGH_MS
    const isCalm = nowUs - this.#changedUs >= CALM_AFTER_US && driftMs < CALM_DRIFT_MS
    return isCalm ? CALM_MS : NORMAL_MS
  }
}
