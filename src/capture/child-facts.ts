// Thread: capture child. How regularly blocks come, and what this process costs: for an engineer.
import type { FromCapture, IntervalCounts } from '../shared/capture-messages.ts'

/** Blocks last 1.3 to 5.8 ms; a device hands over several at once. */
const EDGES_MS = [0.5, 1, 2, 2.5, 3, 3.5, 4, 6, 8, 12, 20, 50]
/** Windows of the meters between two reports: a second. */
const WINDOWS = 20
const MIB = 2 ** 20

/** Times between blocks, counted from the start. */
export class BlockIntervals {
  readonly #edgesMs = Float64Array.from(EDGES_MS)
  readonly #counts = new Float64Array(EDGES_MS.length + 1)
  #lastMs = Number.NaN

  /** A block has come. Does not allocate. */
  add(nowMs: number): void {
    const intervalMs = nowMs - this.#lastMs
    this.#lastMs = nowMs
    if (Number.isNaN(intervalMs)) return
    let i = 0
    while (i < this.#edgesMs.length && intervalMs >= (this.#edgesMs[i] as number)) i++
    this.#counts[i] = (this.#counts[i] as number) + 1
  }

  counts(): IntervalCounts {
    return { edgesMs: [...this.#edgesMs], counts: [...this.#counts] }
  }
}

/** What is told once a second. */
export class ChildFacts {
  readonly intervals = new BlockIntervals()
  #windows = 0
  #cpu = process.cpuUsage()
  #atMs = performance.now()

  /** A window of the meters is over. Undefined: it is not time yet. */
  window(): Extract<FromCapture, { kind: 'facts' }> | undefined {
    if (++this.#windows < WINDOWS) return undefined
    this.#windows = 0
    const { user, system } = process.cpuUsage(this.#cpu)
    const nowMs = performance.now()
    const cpuPercent = ((user + system) / 1000 / (nowMs - this.#atMs)) * 100
    this.#cpu = process.cpuUsage()
    this.#atMs = nowMs
    return {
      kind: 'facts',
      intervals: this.intervals.counts(),
      cpuPercent: Math.round(cpuPercent * 10) / 10,
      rssMb: Math.round((process.memoryUsage.rss() / MIB) * 10) / 10,
    }
  }
}
