import type { CaptureView, ConsoleListener } from '../../src/shared/wire/console-messages.ts'
import type { Stats } from '../player/stats.ts'
import type { Complaint } from './complaints.ts'
import type { DevEvent } from './events.ts'
import { type Column, type Series, TRACKS, type Track } from './series.ts'

/** A stretch of the series as columns. */
export type SeriesExtract = { timesMs: number[] } & Record<Track, Column>

export interface BundleParts {
  madeAt: Date
  /** Of this browser and page: what a reader asks first. */
  page: Record<string, string | number | boolean | null>
  /** What `GET /health` said; null: nothing. */
  server: unknown
  stats: Stats
  series: Series
  events: readonly DevEvent[]
  capture: CaptureView | undefined
  listeners: readonly ConsoleListener[]
  complaints: readonly Complaint[]
}

/** What a person attaches to a report: no keys and no addresses. Pure. */
export function makeBundle(parts: BundleParts): object {
  const { madeAt, page, server, stats, series, events, capture, listeners, complaints } = parts
  const bundle = {
    format: 'backline-diagnosis',
    version: 1,
    madeAt: madeAt.toISOString(),
    ...{ page, server, stats, events, complaints, listeners },
    capture: capture ?? null,
    series: extract(series, Number.NEGATIVE_INFINITY),
  }
  return scrub(bundle) as object
}

/** For the clipboard: the figures, and what they were in the last minute. */
export function makeCopy(stats: Stats, series: Series, events: readonly DevEvent[]): object {
  const fromMs = series.endMs - 60_000
  return {
    stats,
    events: events.filter(({ atMs }) => atMs >= fromMs),
    series: extract(series, fromMs),
  }
}

export function extract(series: Series, fromMs: number): SeriesExtract {
  const first = series.indexAt(fromMs)
  const times: number[] = []
  series.readTimes(first, times)
  const columns = TRACKS.map((track): [Track, Column] => {
    const column: Column = []
    series.read(track, first, column)
    return [track, column.map((value) => value && rounded(value))]
  })
  return {
    timesMs: times.map((seconds) => Math.round(seconds * 1000)),
    ...(Object.fromEntries(columns) as Record<Track, Column>),
  }
}

function scrub(value: unknown): unknown {
  if (typeof value === 'string') {
    // A browser's version, after its name and a slash, looks like an address and is none.
    return value
      .replace(/\bkey=[^&\s"']+/gi, 'key=(left out)')
      .replace(/(\w+:\/\/)[^/\s"']+/g, '$1(address)')
      .replace(/(?<!\w\/)\b\d{1,3}(\.\d{1,3}){3}\b/g, '(address)')
  }
  if (Array.isArray(value)) return value.map((entry) => scrub(entry))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, scrub(entry)]))
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
