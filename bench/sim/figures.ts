/** Mean, spread and quantiles of a great many values in fixed memory: bins of `step` from 0 to `step · bins`. */
export class Figures {
  count = 0
  mean = 0
  max = Number.NEGATIVE_INFINITY
  #squares = 0
  readonly #step: number
  readonly #bins: Float64Array

  constructor(step = 0.1, bins = 20_000) {
    this.#step = step
    this.#bins = new Float64Array(bins)
  }

  /** Welford's recurrence. */
  add(x: number): void {
    this.count++
    const off = x - this.mean
    this.mean += off / this.count
    this.#squares += off * (x - this.mean)
    if (x > this.max) this.max = x
    const bin = Math.min(this.#bins.length - 1, Math.max(0, Math.floor(x / this.#step)))
    this.#bins[bin] = (this.#bins[bin] as number) + 1
  }

  get sd(): number {
    return this.count > 0 ? Math.sqrt(this.#squares / this.count) : 0
  }

  /** To within one step. */
  quantile(share: number): number {
    let below = 0
    for (let i = 0; i < this.#bins.length; i++) {
      below += this.#bins[i] as number
      if (below >= share * this.count) return (i + 0.5) * this.#step
    }
    return Number.NaN
  }
}
