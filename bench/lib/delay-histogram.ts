/** Delays in bins of 0.02 ms up to 2 s: takes millions without growing. */
export class DelayHistogram {
  readonly #bins = new Uint32Array(100_000)
  #count = 0
  #maxMs = 0

  get count(): number {
    return this.#count
  }

  get maxMs(): number {
    return this.#maxMs
  }

  add(ms: number): void {
    const bin = Math.min(this.#bins.length - 1, Math.max(0, Math.floor(ms / 0.02)))
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1
    this.#count++
    if (ms > this.#maxMs) this.#maxMs = ms
  }

  /** All that `other` holds too. */
  merge(other: DelayHistogram): void {
    for (const [i, count] of other.#bins.entries())
      if (count > 0) this.#bins[i] = (this.#bins[i] ?? 0) + count
    this.#count += other.#count
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs)
  }

  clear(): void {
    this.#bins.fill(0)
    this.#count = 0
    this.#maxMs = 0
  }

  /** Upper edge of the bin that holds this share (0–1); NaN when there are none. */
  percentile(share: number): number {
    let sum = 0
    for (const [i, count] of this.#bins.entries()) {
      sum += count
      if (sum > 0 && sum >= share * this.#count) return (i + 1) * 0.02
    }
    return Number.NaN
  }
}
