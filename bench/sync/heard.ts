// What was heard in several pieces of one performance, put together.
import type { Together } from '../lib/hear-together.ts'
import { median, percentile, type Spread, spread } from '../lib/statistics.ts'

export interface PairHeard {
  /** Which two listeners, from 0. */
  pair: readonly [number, number]
  /** Chirps both heard. */
  heard: number
  /** Of the skew without its sign. */
  absMs: Spread
  /** Signed; positive: the second of the pair was later. */
  meanMs: number
  medianMs: number
}

export interface Heard {
  played: number
  pairs: PairHeard[]
  /** From instrument to each listener, ms. */
  delaysMs: number[][]
}

/** Pieces of the same listeners. */
export function putTogether(pieces: readonly Together[]): Heard {
  const [first] = pieces
  if (!first) return { played: 0, pairs: [], delaysMs: [] }
  const pairs = first.pairs.map(({ pair }, i): PairHeard => {
    const skews = pieces.flatMap((piece) => piece.pairs[i]?.series ?? []).map(({ skewMs }) => skewMs)
    return {
      pair,
      heard: skews.length,
      absMs: spread(skews.map(Math.abs)),
      meanMs: skews.reduce((sum, skew) => sum + skew, 0) / skews.length,
      medianMs: percentile(skews, 0.5),
    }
  })
  const delaysMs = first.listeners.map((_, i) =>
    pieces.flatMap(({ listeners }) => listeners[i] ?? []).map(({ delayMs }) => delayMs),
  )
  return { played: pieces.reduce((sum, { played }) => sum + played, 0), pairs, delaysMs }
}

/**
 * How much later than the first each listener hears everything, ms: what its trim is to grow by. NaN for one who heard
 * nothing together with the first.
 */
export function laterThanFirst({ pairs }: Together): number[] {
  const others = pairs.filter(({ pair: [first] }) => first === 0)
  return [0, ...others.map(({ series }) => median(series.map(({ skewMs }) => skewMs)))]
}
