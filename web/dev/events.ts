import type { PlayerState, Stats } from '../player/stats.ts'

export type EventKind =
  | 'episode'
  | 'resync'
  | 'device'
  | 'connection'
  | 'hole'
  | 'skipping'
  | 'stream'
  | 'rung'
  | 'target'
  | 'room'

/** Something that happened, as two snapshots running tell it: up to 100 ms late. */
export interface DevEvent {
  /** Page time (performance.timeOrigin + performance.now()), ms; of an episode, when it began. */
  atMs: number
  kind: EventKind
  /** What a person reads. */
  what: string
  /** Of an episode: audio concealed, ms. */
  lengthMs?: number
}

/** Beyond this the oldest goes. */
const MOST_EVENTS = 500
/** Concealment that goes on within so long belongs to the episode before, ms. */
const EPISODE_MS = 300
/** A target that has moved by this much since it was told last is told again, ms. */
const TARGET_STEP_MS = 2

const STATE_WORDS: Record<PlayerState, string> = {
  idle: 'stopped',
  connecting: 'connecting',
  buffering: 'connected',
  playing: 'playing',
  reconnecting: 'connection lost',
  failed: 'failed',
}

/** What happened, from snapshot to snapshot. Thread: page; time comes in. */
export class EventLog {
  #events: DevEvent[] = []
  #before: Stats | undefined
  #targetMs = Number.NaN
  /** Concealed before its episode was counted, ms. */
  #earlyMs = 0
  #concealedAtMs = Number.NEGATIVE_INFINITY
  /** Those that went because there were too many. */
  dropped = 0

  /** As they came to be known, the latest last. The array keeps its identity while nothing happens. */
  get events(): readonly DevEvent[] {
    return this.#events
  }

  /** Nobody has looked for a while: what happened meanwhile is not known. */
  interrupted(): void {
    this.#before = undefined
  }

  look(now: Stats, atMs: number): void {
    const before = this.#before
    this.#before = now
    if (before === undefined) {
      this.#targetMs = now.targetMs ?? Number.NaN
      return
    }
    if (now.state !== before.state) this.#tell(atMs, 'connection', STATE_WORDS[now.state])
    this.#lookAtAudio(before, now, atMs)
    this.#lookAtLink(before, now, atMs)
    this.#lookAtTarget(now.targetMs, atMs)
  }

  #lookAtAudio(before: Stats, now: Stats, atMs: number): void {
    this.#lookAtEpisodes(before.underruns, now.underruns, atMs)
    const resyncs = now.resyncs - before.resyncs
    if (resyncs > 0) this.#tell(atMs, 'resync', resyncs === 1 ? 'jumped' : `jumped ${resyncs} times`)
    const device = (now.device.underruns ?? 0) - (before.device.underruns ?? 0)
    if (device > 0 && before.device.underruns !== null)
      this.#tell(atMs, 'device', device === 1 ? 'device underrun' : `${device} device underruns`)
  }

  #lookAtEpisodes(before: Stats['underruns'], now: Stats['underruns'], atMs: number): void {
    const concealedMs = now.concealedMs - before.concealedMs
    const episodes = now.episodes - before.episodes
    const goesOn = atMs - this.#concealedAtMs <= EPISODE_MS
    if (!goesOn) this.#earlyMs = 0
    if (concealedMs > 0) this.#concealedAtMs = atMs
    if (episodes > 0) {
      const what = episodes === 1 ? 'underrun' : `${episodes} underruns`
      const lengthMs = Math.max(0, concealedMs) + this.#earlyMs
      this.#tell(atMs - lengthMs, 'episode', what, lengthMs)
      this.#earlyMs = 0
    } else if (concealedMs > 0 && !(goesOn && this.#lengthen(concealedMs))) this.#earlyMs += concealedMs
  }

  /** False: no episode has been told of. */
  #lengthen(byMs: number): boolean {
    const at = this.#events.findLastIndex(({ kind }) => kind === 'episode')
    const episode = this.#events[at]
    if (episode === undefined || this.#earlyMs > 0) return false
    this.#events = this.#events.with(at, { ...episode, lengthMs: (episode.lengthMs ?? 0) + byMs })
    return true
  }

  #lookAtLink(before: Stats, now: Stats, atMs: number): void {
    if (now.streamId !== before.streamId && now.streamId !== null)
      this.#tell(atMs, 'stream', `stream ${now.streamId}`)
    if (now.link.gapsAnnounced > before.link.gapsAnnounced)
      this.#tell(atMs, 'hole', 'the source lost audio, or it was left out')
    if (now.link.skipping !== before.link.skipping)
      this.#tell(atMs, 'skipping', now.link.skipping ? 'server leaves audio out' : 'server sends all again')
    if (now.rung !== before.rung && now.rung !== null && before.rung !== null)
      this.#tell(atMs, 'rung', `${before.rung} → ${now.rung}`)
    if (now.mode !== before.mode) this.#tell(atMs, 'room', `${before.mode} → ${now.mode}`)
    if (now.sync.status !== before.sync.status && now.sync.status !== null)
      this.#tell(atMs, 'room', `in the room: ${now.sync.status}`)
  }

  #lookAtTarget(targetMs: number | null, atMs: number): void {
    if (targetMs === null) {
      this.#targetMs = Number.NaN
      return
    }
    const told = this.#targetMs
    if (Math.abs(targetMs - told) < TARGET_STEP_MS) return
    this.#targetMs = targetMs
    // The first one is no change.
    if (Number.isFinite(told))
      this.#tell(atMs, 'target', `target ${told.toFixed(1)} → ${targetMs.toFixed(1)} ms`)
  }

  #tell(atMs: number, kind: EventKind, what: string, lengthMs?: number): void {
    const kept = this.#events.length < MOST_EVENTS ? this.#events : this.#events.slice(1)
    if (kept !== this.#events) this.dropped++
    this.#events = [...kept, { atMs, kind, what, ...(lengthMs !== undefined && { lengthMs }) }]
  }
}
