// Thread: server. How late its loop is for what it is to do.
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'

/** How often the loop is asked, ms. What that takes is counted along, and taken off. */
const RESOLUTION_MS = 10
/** A window is told for so long, while the next one fills, ms. */
const WINDOW_MS = 30_000
const NS_PER_MS = 1e6

export const QUANTILES = [0.5, 0.9, 0.99, 1] as const

type Monitor = Pick<IntervalHistogram, 'enable' | 'disable' | 'reset' | 'percentile' | 'count'>

/**
 * Of the last 30 to 60 s, whoever asks and however often: two windows overlap, and the older one is told. Counting is the
 * runtime's own, without JavaScript.
 */
export class LoopDelay {
  #older: Monitor
  #newer: Monitor
  #timer: NodeJS.Timeout | undefined

  constructor(make: () => Monitor = () => monitorEventLoopDelay({ resolution: RESOLUTION_MS })) {
    this.#older = make()
    this.#newer = make()
  }

  start(): void {
    this.#older.enable()
    this.#newer.enable()
    this.#timer = setInterval(() => this.turn(), WINDOW_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#older.disable()
    this.#newer.disable()
  }

  /** Every WINDOW_MS. */
  turn(): void {
    const full = this.#older
    this.#older = this.#newer
    this.#newer = full
    full.reset()
  }

  /** `quantile` 1: the worst. 0 while nothing has been counted. */
  delayMs(quantile: number): number {
    if (this.#older.count === 0) return 0
    return Math.max(0, this.#older.percentile(quantile * 100) / NS_PER_MS - RESOLUTION_MS)
  }
}
