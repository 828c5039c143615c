// What consoles and dev panels are told: made once for all of them, and not at all while there is none.
import {
  type CaptureView,
  type ConsoleLevels,
  type ConsoleListener,
  type ConsoleMessage,
  LEVELS_MS,
  type MixView,
  OVERVIEW_MS,
} from '../../shared/wire/console-messages.ts'
import { CLOSE } from '../../shared/wire/control.ts'
import type { ListenerSocket } from '../streaming/listener-socket.ts'

/** No more consoles of one session at a time: those of others take no place from main's. */
export const MOST_CONSOLES = 16
/** How soon a change is told. */
export const LOOK_MS = 100
/** More than this waits in a socket: the next message is left out. */
const MOST_WAITING_BYTES = 65_536
/** Nothing was taken for so long: the page is gone. */
const STUCK_MS = 10_000
/** 100 dB below full scale. */
const FINEST = 1e5

/** Who is told. */
export interface Console {
  readonly socket: Pick<ListenerSocket, 'bufferedAmount' | 'close' | 'terminate'> & {
    send(text: string): void
  }
  /** Of which session it is. */
  readonly session: string
  /** What it is told; `listeners`: those of all sessions, else of its own. */
  readonly sees: Readonly<Record<ConsoleMessage['type'], boolean>>
}

/** What there is to tell. A revision changes when somebody should hear of it at once. */
export interface ConsoleSource {
  capture(): CaptureView
  captureRevision(): string
  mix(): MixView
  mixRevision(): unknown
  /** Of all sessions without a name. */
  listeners(session?: string): ConsoleListener[]
  listenersRevision(): unknown
  /** Its console is open. False: the session has been ended. */
  attend(session: string): boolean
}

export interface ConsoleCounters {
  refused: number
  skipped: number
  cut: number
  bad: number
}

export class ConsoleFeed {
  readonly counters: ConsoleCounters = { refused: 0, skipped: 0, cut: 0, bad: 0 }
  readonly #source: ConsoleSource
  readonly #nowMs: () => number
  /** `stuckSinceMs`: since when it takes nothing; NaN: it does. */
  readonly #consoles = new Map<Console, { stuckSinceMs: number }>()
  readonly #peak: number[] = []
  #levelsMs = Number.NEGATIVE_INFINITY
  /** Revisions. */
  #told: { capture: string; mix: unknown; listeners: unknown } = {
    capture: '',
    mix: undefined,
    listeners: undefined,
  }
  #overviewMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(source: ConsoleSource, nowMs: () => number = () => performance.now()) {
    this.#source = source
    this.#nowMs = nowMs
  }

  get size(): number {
    return this.#consoles.size
  }

  /** Tells it everything at once, then what changes. False, and counted: its session has as many as there may be. */
  add(one: Console): boolean {
    if ([...this.#consoles.keys()].filter(({ session }) => session === one.session).length >= MOST_CONSOLES) {
      this.counters.refused++
      return false
    }
    if (this.#consoles.size === 0) this.#remember(this.#nowMs())
    this.#consoles.set(one, { stuckSinceMs: Number.NaN })
    this.#timer ??= setInterval(() => this.look(), LOOK_MS)
    if (one.sees.capture) this.#send(one, this.#captureText())
    if (one.sees.mix) this.#send(one, this.#mixText())
    this.#send(one, this.#listenersText(one))
    return true
  }

  remove(one: Console): void {
    this.#consoles.delete(one)
    if (this.#consoles.size === 0) this.stop()
  }

  /** It said something. */
  spoke(one: Console): void {
    this.counters.bad++
    one.socket.close(CLOSE.protocol, 'A console only listens.')
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Of the source, of a window of LEVELS_MS. Windows that come all at once are told as one. */
  levels({ peak, rms }: Pick<ConsoleLevels, 'peak' | 'rms'>): void {
    if (this.#consoles.size === 0) return
    for (let i = 0; i < peak.length; i++) this.#peak[i] = Math.max(this.#peak[i] ?? 0, peak[i] ?? 0)
    const nowMs = this.#nowMs()
    if (nowMs - this.#levelsMs < LEVELS_MS / 2) return
    this.#levelsMs = nowMs
    this.#tellAll('levels', textOf({ type: 'levels', peak: this.#peak.map(fine), rms: rms.map(fine) }))
    this.#peak.length = 0
  }

  /** Every LOOK_MS: tells what has changed, and now and then everything. */
  look(): void {
    if (this.#consoles.size === 0) return
    const nowMs = this.#nowMs()
    for (const [one, state] of this.#consoles) this.#watch(one, state, nowMs)
    const { capture, mix, listeners } = this.#told
    const isTime = nowMs - this.#overviewMs >= OVERVIEW_MS - LOOK_MS / 2
    this.#remember(isTime ? nowMs : this.#overviewMs)
    if (isTime || capture !== this.#told.capture) this.#tellAll('capture', this.#captureText())
    if (isTime || mix !== this.#told.mix) this.#tellAll('mix', this.#mixText())
    if (isTime || listeners !== this.#told.listeners) this.#tellListeners()
  }

  #remember(overviewMs: number): void {
    this.#overviewMs = overviewMs
    this.#told = {
      capture: this.#source.captureRevision(),
      mix: this.#source.mixRevision(),
      listeners: this.#source.listenersRevision(),
    }
  }

  #captureText(): string {
    return textOf({ type: 'capture', capture: this.#source.capture() })
  }

  #mixText(): string {
    return textOf({ type: 'mix', mix: this.#source.mix() })
  }

  #listenersText({ sees, session }: Console): string {
    const listeners = sees.listeners ? this.#source.listeners() : this.#source.listeners(session)
    return textOf({ type: 'listeners', listeners })
  }

  /** Once for all who see the same. */
  #tellListeners(): void {
    const texts = new Map<string, string>()
    for (const one of this.#consoles.keys()) {
      const key = one.sees.listeners ? '' : one.session
      const text = texts.get(key) ?? this.#listenersText(one)
      texts.set(key, text)
      this.#send(one, text)
    }
  }

  /** All who see such. */
  #tellAll(type: ConsoleMessage['type'], text: string): void {
    for (const one of this.#consoles.keys()) if (one.sees[type]) this.#send(one, text)
  }

  #send({ socket }: Console, text: string): void {
    if (socket.bufferedAmount > MOST_WAITING_BYTES) this.counters.skipped++
    else socket.send(text)
  }

  #watch(one: Console, state: { stuckSinceMs: number }, nowMs: number): void {
    const { socket, session } = one
    if (!this.#source.attend(session)) socket.close(CLOSE.gone, 'This session has been ended.')
    if (socket.bufferedAmount <= MOST_WAITING_BYTES) state.stuckSinceMs = Number.NaN
    else if (Number.isNaN(state.stuckSinceMs)) state.stuckSinceMs = nowMs
    else if (nowMs - state.stuckSinceMs >= STUCK_MS) {
      this.counters.cut++
      socket.terminate()
      this.remove(one)
    }
  }
}

function textOf(message: ConsoleMessage): string {
  return JSON.stringify(message)
}

function fine(level: number): number {
  return Math.round(level * FINEST) / FINEST
}
