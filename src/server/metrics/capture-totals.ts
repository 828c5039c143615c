import type { CaptureCounters, IntervalCounts } from '../../shared/capture-messages.ts'
import type { Distribution } from './buckets.ts'

/** What one child has counted since it started. */
export interface ChildCounts {
  counters: Readonly<CaptureCounters>
  rateHz: number
  periodFrames: number
}

interface Sums extends CaptureCounters {
  gapMs: number
}

const NOTHING: Readonly<Sums> = {
  blocks: 0,
  overflows: 0,
  gaps: 0,
  gapFrames: 0,
  clippedFrames: 0,
  droppedBlocks: 0,
  droppedFrames: 0,
  gapMs: 0,
}

/** Sums over all capture children: each counts from its own start, and takes its figures with it. Pure. */
export class CaptureTotals {
  #before: Sums = { ...NOTHING }
  #intervalsBefore: Distribution | undefined
  #child: ChildCounts | undefined
  #intervals: IntervalCounts | undefined

  /** Of the running child: what it told last. Only kept; nothing is added up until somebody asks. */
  note(child: ChildCounts, intervals: IntervalCounts | undefined): void {
    this.#child = child
    if (intervals !== undefined) this.#intervals = intervals
  }

  /** Another child begins. */
  begin(): void {
    this.#before = this.sums
    this.#intervalsBefore = this.intervalsMs
    this.#child = undefined
    this.#intervals = undefined
  }

  get sums(): Sums {
    const child = this.#child
    const sums = { ...this.#before }
    if (child === undefined) return sums
    for (const key of Object.keys(child.counters) as (keyof CaptureCounters)[])
      sums[key] += child.counters[key]
    sums.gapMs += (child.counters.gapFrames * 1000) / child.rateHz
    return sums
  }

  /** Times between blocks, ms. Undefined: nothing has been told. Their sum is what the blocks and the gaps last. */
  get intervalsMs(): Distribution | undefined {
    const before = this.#intervalsBefore
    const now = this.#intervals
    const child = this.#child
    if (now === undefined || child === undefined) return before
    const { edgesMs, counts } = now
    const frames = total(counts) * child.periodFrames + child.counters.gapFrames
    const sum = (frames * 1000) / child.rateHz
    // Children are of one build: that the edges differ is a matter of tests.
    if (before === undefined || String(before.edges) !== String(edgesMs))
      return { edges: edgesMs, counts, sum }
    return {
      edges: edgesMs,
      counts: counts.map((count, i) => count + (before.counts[i] ?? 0)),
      sum: sum + before.sum,
    }
  }
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
