import type { Stats } from '../player/stats.ts'
import type { Sample } from './series.ts'

/** From `stats()` to a sample. Thread: page; does not allocate. */
export class Sampler {
  #windows = 0
  readonly #sample: Sample = {
    ...{ targetMs: Number.NaN, bufferMs: Number.NaN, totalMs: Number.NaN, latenessMs: Number.NaN },
    ...{ inFlightMs: Number.NaN, rttMs: Number.NaN, ppm: Number.NaN, offsetMs: Number.NaN },
    driftMs: Number.NaN,
  }

  /** Valid until the next call. */
  take(stats: Stats): Readonly<Sample> {
    const sample = this.#sample
    sample.targetMs = stats.targetMs ?? Number.NaN
    sample.bufferMs = stats.bufferMs ?? Number.NaN
    sample.totalMs = stats.latencyMs.total ?? Number.NaN
    sample.latenessMs = this.#latenessMs(stats.lateness)
    sample.inFlightMs = stats.link.inFlightMs ?? Number.NaN
    sample.rttMs = stats.clock.rttMs ?? Number.NaN
    sample.ppm = stats.ppm ?? Number.NaN
    sample.offsetMs = stats.clock.offsetMs ?? Number.NaN
    sample.driftMs = stats.sync.driftMs ?? Number.NaN
    return sample
  }

  /** Each time once: NaN when there is no news, the worse of two when this came too late for the one before. */
  #latenessMs({ lastMs, beforeMs, windows }: Stats['lateness']): number {
    const passed = windows - this.#windows
    this.#windows = windows
    if (lastMs === null || passed === 0) return Number.NaN
    return passed > 1 && beforeMs !== null ? Math.max(lastMs, beforeMs) : lastMs
  }
}
