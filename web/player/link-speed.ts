// What the page itself needed to come is the first thing known of a link, before any sound has been sent over it.
import {
  OPUS_RATE_HZ,
  RUNGS,
  type Rung,
  type RungName,
  rungNamed,
  wireBitsPerSecond,
} from '../../src/shared/rungs.ts'

/** What a PerformanceResourceTiming tells of one file. */
export interface FetchedFile {
  /** Bytes that came over the link; 0 when they came from a cache. */
  transferSize: number
  responseStart: number
  responseEnd: number
}

/** Less than this, or quicker, says more of the round trip than of the rate. */
const ENOUGH_BYTES = 30_000
const ENOUGH_MS = 50
/** As the server's ladder: a rung may take this part of what the link delivers. */
const AFFORDABLE = 0.7
/** Of the dearest period a source may have. */
const PERIOD_FRAMES = 128

/** Bit/s at which files of this page came, bytes over the time in which any came; undefined when that can not be told. */
export function fetchedBps(files: readonly FetchedFile[]): number | undefined {
  const fetched = files.filter(({ transferSize, responseStart }) => transferSize > 0 && responseStart > 0)
  const bytes = fetched.reduce((sum, { transferSize }) => sum + transferSize, 0)
  let ms = 0
  let endMs = 0
  for (const { responseStart, responseEnd } of fetched.sort((a, b) => a.responseStart - b.responseStart)) {
    ms += Math.max(0, responseEnd - Math.max(responseStart, endMs))
    endMs = Math.max(endMs, responseEnd)
  }
  return bytes < ENOUGH_BYTES || ms < ENOUGH_MS ? undefined : (bytes * 8000) / ms
}

/** Where to begin on a link that delivers so much, bit/s; undefined: not known. */
export function rungFor(bps: number | undefined): RungName | undefined {
  if (bps === undefined) return undefined
  const carried = RUNGS.filter(({ codec }) => codec !== 'pcm-f32')
  return (carried.find((rung) => isCarried(rung, bps)) ?? carried.at(-1))?.name
}

/**
 * Where to begin on a link that was good for `remembered` and delivers `bps` now: it may be another link of the same kind,
 * or of a kind that is not told. Undefined: nothing is known.
 */
export function startFor(remembered: RungName | undefined, bps: number | undefined): RungName | undefined {
  if (remembered === undefined) return rungFor(bps)
  if (bps === undefined || isCarried(rungNamed(remembered), bps)) return remembered
  return rungFor(bps)
}

function isCarried(rung: Rung, bps: number): boolean {
  return wireBitsPerSecond(rung, OPUS_RATE_HZ, PERIOD_FRAMES) <= AFFORDABLE * bps
}

/** Of the page that is open. */
export function pageBps(): number | undefined {
  const files = globalThis.performance?.getEntriesByType?.('resource') ?? []
  return fetchedBps(files as unknown as FetchedFile[])
}
