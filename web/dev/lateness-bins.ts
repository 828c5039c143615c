import type { Column } from './series.ts'

/** How often what was seen. `counts[i]`: values in [i, i + 1) · binMs; the last has all above as well. */
export interface Bins {
  binMs: number
  counts: number[]
  total: number
  worstMs: number
}

const MOST_BINS = 40
/** Widths that are read easily, ms. */
const WIDTHS_MS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]

/** Of lateness, ms, as wide as the worst and `reachMs`, which is to be seen too, need. Gaps and what is below 0 count as 0 or not at all. */
export function binLateness(column: Column, reachMs = 0): Bins {
  let worstMs = 0
  let total = 0
  for (const value of column) {
    if (value === null) continue
    total++
    if (value > worstMs) worstMs = value
  }
  const spanMs = Math.max(worstMs, reachMs * 1.1, 4)
  const binMs = WIDTHS_MS.find((width) => spanMs / width <= MOST_BINS) ?? spanMs / MOST_BINS
  const counts = new Array<number>(Math.min(MOST_BINS, Math.floor(spanMs / binMs) + 1)).fill(0)
  for (const value of column) {
    if (value === null) continue
    const at = Math.min(counts.length - 1, Math.max(0, Math.floor(value / binMs)))
    counts[at] = (counts[at] as number) + 1
  }
  return { binMs, counts, total, worstMs }
}

/** Height of a bar, 0 … 1: by logarithm, because one in a thousand is what matters, and once is to be seen. */
export function barHeight(count: number, most: number): number {
  return count === 0 ? 0 : Math.log(1 + count) / Math.log(1 + Math.max(count, most))
}
