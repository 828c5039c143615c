/** What a histogram is made of. `counts[i]`: values up to `edges[i]`; the last count: all above. */
export interface Distribution {
  readonly edges: ArrayLike<number>
  readonly counts: ArrayLike<number>
  readonly sum: number
}

/** Values counted by size, in whatever unit the edges are. Adding does not allocate. */
export class Buckets implements Distribution {
  readonly edges: Float64Array
  readonly counts: Float64Array
  #sum = 0

  /** @param edges growing */
  constructor(edges: readonly number[]) {
    this.edges = Float64Array.from(edges)
    this.counts = new Float64Array(edges.length + 1)
  }

  get sum(): number {
    return this.#sum
  }

  /** What is no number is not counted. */
  add(value: number): void {
    if (!Number.isFinite(value)) return
    const { edges, counts } = this
    let i = 0
    while (i < edges.length && value > (edges[i] as number)) i++
    counts[i] = (counts[i] as number) + 1
    this.#sum += value
  }
}
