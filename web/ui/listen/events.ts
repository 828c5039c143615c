import { RUNG_NAMES, type RungName } from '../../../src/shared/rungs.ts'
import type { SyncStatus } from '../../../src/shared/wire/room-messages.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { gapWords, rungWords, seconds } from './event-words.ts'
import { addGaps, type Gaps, type GapWatch, watchGaps } from './gap-watch.ts'
import { LOST_WORDS, statusWords } from './words.ts'

export interface PanelEvent {
  id: number
  /** Page time: performance.timeOrigin + performance.now(). */
  atMs: number
  words: string
  /** To be read aloud: somebody hears it, and nothing else on the page says it. */
  important: boolean
  gaps?: Gaps
}

/** The feed, and what it has to remember to tell what is new. Immutable. */
export interface EventLog {
  /** The latest first. */
  readonly events: readonly PanelEvent[]
  readonly nextId: number
  readonly last: Facts | undefined
  readonly gaps: GapWatch | undefined
  /** Since when there has been no connection. */
  readonly downSinceMs: number | undefined
}

export const NO_EVENTS: EventLog = {
  events: [],
  nextId: 1,
  last: undefined,
  gaps: undefined,
  downSinceMs: undefined,
}

const MOST = 5
/** Gaps that follow each other so closely are one line. */
const SAME_TROUBLE_MS = 10_000
const IMPORTANT_GAP_MS = 300

type News = Pick<PanelEvent, 'words' | 'important'>

/** What the feed compares from one snapshot to the next. */
interface Facts {
  state: PlayerSnapshot['stats']['state']
  source: string | undefined
  sourceDown: string | undefined
  rung: RungName | null
  skipping: boolean
  status: SyncStatus | null
  paused: boolean
}

/** What is worth telling of this snapshot, after those before. `events` keeps its identity while nothing is. Pure. */
export function follow(log: EventLog, snapshot: PlayerSnapshot, nowMs: number): EventLog {
  const now = factsOf(snapshot, log.last)
  const { underruns, state } = snapshot.stats
  const playing = state === 'playing'
  // How long a connection was gone is told when the sound is back, and once is enough.
  const before = state === 'reconnecting' ? undefined : log.gaps
  const { watch, gaps } = watchGaps(before, { ...underruns, playing }, nowMs)
  const news = log.last ? [...newsOf(log.last, now, snapshot), ...back(log, playing, nowMs)] : []
  let next: EventLog = {
    ...log,
    ...{ last: now, gaps: watch },
    downSinceMs:
      state === 'reconnecting' ? (log.downSinceMs ?? nowMs) : playing ? undefined : log.downSinceMs,
  }
  if (state === 'idle') next = { ...next, gaps: undefined, downSinceMs: undefined }
  if (gaps) next = withGaps(next, gaps, nowMs)
  for (const one of news) next = added(next, { ...one, atMs: nowMs })
  return next
}

function factsOf({ stats, source, sourceState }: PlayerSnapshot, before: Facts | undefined): Facts {
  const { state, sync, link } = stats
  const playing = state === 'playing'
  // What is being opened has not come back yet, and may not.
  const isOpening = sourceState?.state === 'starting'
  const isDown = sourceState !== undefined && sourceState.state !== 'running'
  const sourceDown = isDown ? sourceState.message || 'The instrument was switched off.' : undefined
  return {
    state,
    source: source && (source.input === 'synth' ? 'the demo synth' : source.name),
    sourceDown: isOpening ? before?.sourceDown : sourceDown,
    rung: playing ? stats.rung : null,
    skipping: link.skipping,
    status: playing ? sync.status : null,
    paused: playing && sync.playing === false && sync.status !== null,
  }
}

/** Each of these is said by the status line while it lasts, except those marked. */
function* newsOf(was: Facts, is: Facts, snapshot: PlayerSnapshot): Generator<News> {
  const { stats, lost, muted } = snapshot
  if (is.state !== was.state && is.state === 'failed') yield quiet(statusWords(snapshot))
  if (is.state === 'reconnecting' && was.state !== 'reconnecting')
    yield quiet(LOST_WORDS[lost?.why ?? 'lost'])
  if (is.sourceDown !== was.sourceDown)
    yield quiet(is.sourceDown ?? (is.state === 'idle' ? '' : 'The instrument is back.'))
  if (is.source !== was.source && is.source !== undefined)
    yield { words: `You hear ${is.source}.`, important: was.source !== undefined }
  if (was.rung !== null && is.rung !== null && is.rung !== was.rung)
    yield quiet(
      rungWords(is.rung, isBetter(is.rung, was.rung), stats.link.wish !== 'auto', stats.link.deliveredKbps),
    )
  if (is.skipping && !was.skipping)
    yield { words: 'Your link is too slow for this quality: parts are left out.', important: !muted }
  if (is.status !== was.status && was.status !== null) yield* statusNews(is.status, stats.sync.reason)
  if (is.paused !== was.paused && is.state === was.state)
    yield quiet(is.paused ? 'Paused for everybody.' : 'Going on.')
}

function* statusNews(status: SyncStatus | null, reason: string | null): Generator<News> {
  const because = reason ? ` ${reason}` : ''
  if (status === 'active') yield quiet('You are in step again.')
  if (status === 'slow') yield quiet(`You fell out of step with the others.${because}`)
  if (status === 'degraded') yield quiet(`You were set aside, and hear nothing.${because}`)
}

function* back({ downSinceMs }: EventLog, playing: boolean, nowMs: number): Generator<News> {
  if (playing && downSinceMs !== undefined)
    yield quiet(`The sound is back after ${seconds(nowMs - downSinceMs)}.`)
}

function withGaps(log: EventLog, gaps: Gaps, nowMs: number): EventLog {
  const [latest, ...older] = log.events
  const goesOn = latest?.gaps && nowMs - latest.atMs < SAME_TROUBLE_MS
  const all = goesOn && latest.gaps ? addGaps(latest.gaps, gaps) : gaps
  const event = { atMs: nowMs, words: gapWords(all), important: gaps.ms >= IMPORTANT_GAP_MS, gaps: all }
  return added(goesOn ? { ...log, events: older } : log, event)
}

function added(log: EventLog, event: Omit<PanelEvent, 'id'>): EventLog {
  if (event.words === '') return log
  const events = [{ ...event, id: log.nextId }, ...log.events].slice(0, MOST)
  return { ...log, events, nextId: log.nextId + 1 }
}

function isBetter(rung: RungName, than: RungName): boolean {
  return RUNG_NAMES.indexOf(rung) < RUNG_NAMES.indexOf(than)
}

function quiet(words: string): News {
  return { words, important: false }
}
