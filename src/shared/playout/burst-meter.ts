// Finds the device's callback burst: a browser renders several quanta back to back for one device callback,
// and the playout must have all of them in hand when the first is asked for. Pure; time comes in.

import type { Moment } from './moment.ts'

/** Two quanta further apart belong to different callbacks: one quantum lasts 2.67 ms at 48 kHz, Date.now() ticks 1 ms. */
const SAME_BURST_MS = 1.5
/** What is rendered back to back takes less than this of the time it lasts; so callbacks that come closer are told apart as well. */
const MOST_LOAD = 0.5
const QUANTUM_FRAMES = 128
const MAX_QUANTA = 64
/** Share of callbacks that must be covered; the few above are catch-up after a late callback, which time pays for. */
const COVER = 0.9
/** Each callback weighs 1, the one before this much: about the last 200 count. */
const FORGET = 0.995
const ENOUGH = 12

export class BurstMeter {
  readonly #weight = new Float64Array(MAX_QUANTA + 1)
  #total = 0
  #seen = 0
  readonly #mostMs: number
  #run = 0
  #firstMs = Number.NEGATIVE_INFINITY
  #lastMs = Number.NEGATIVE_INFINITY
  #quanta = 0

  /** `rateHz`: the context's. */
  constructor(rateHz: number) {
    this.#mostMs = (MOST_LOAD * QUANTUM_FRAMES * 1000) / rateHz
  }

  /** Call once per quantum, with its `nowMs`; true when it is the first of a callback. */
  onQuantum({ nowMs }: Moment): boolean {
    const isApart = nowMs - this.#lastMs > SAME_BURST_MS || nowMs < this.#lastMs
    const first = isApart || nowMs - this.#firstMs > SAME_BURST_MS + this.#run * this.#mostMs
    this.#lastMs = nowMs
    if (!first) {
      this.#run++
      return false
    }
    if (this.#run > 0) this.#close(Math.min(this.#run, MAX_QUANTA))
    this.#run = 1
    this.#firstMs = nowMs
    return true
  }

  /** Quanta in one callback; 0 until enough callbacks were seen. */
  get quanta(): number {
    return this.#seen >= ENOUGH ? this.#quanta : 0
  }

  #close(run: number): void {
    this.#seen++
    for (let q = 1; q <= MAX_QUANTA; q++) this.#weight[q] = (this.#weight[q] as number) * FORGET
    this.#weight[run] = (this.#weight[run] as number) + 1
    this.#total = this.#total * FORGET + 1
    let covered = 0
    for (let q = 1; q <= MAX_QUANTA; q++) {
      covered += this.#weight[q] as number
      if (covered >= COVER * this.#total) {
        this.#quanta = q
        return
      }
    }
  }
}
