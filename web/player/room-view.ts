import type { DriftFeedback, SyncState } from '../../src/shared/wire/room-messages.ts'

/** How long a refusal is shown. */
const REFUSAL_MS = 6000
/** Of other listeners a controller is told about, the latest. */
const MOST_FEEDBACK = 8

/** What the worker says of the room, and when it said so; local time. */
export interface RoomNews {
  state: SyncState
  /** Server clock minus local time. */
  offsetMs: number
}

/** The room as this page knows it, on its own synced clock. Thread: page; time comes in, local. */
export class RoomView {
  readonly #clockOffsetMs: () => number
  #state: SyncState | undefined
  #newsOffsetMs: number | undefined
  #refusal: { words: string; untilMs: number } | undefined
  readonly #feedback = new Map<number, DriftFeedback>()

  /** `clockOffsetMs`: server clock minus local time before there is news; NaN: not known. */
  constructor(clockOffsetMs: () => number = () => Number.NaN) {
    this.#clockOffsetMs = clockOffsetMs
  }

  /** undefined: nothing heard yet. */
  get state(): SyncState | undefined {
    return this.#state
  }

  /** Other listeners who are not in step, the latest first; only a controller is told. */
  get feedback(): DriftFeedback[] {
    return [...this.#feedback.values()].reverse()
  }

  heard({ state, offsetMs }: RoomNews): void {
    this.#state = state
    this.#newsOffsetMs = Number.isFinite(offsetMs) ? offsetMs : undefined
    this.#keep(state.members)
  }

  told(feedback: DriftFeedback): void {
    this.#feedback.delete(feedback.listener)
    if (feedback.status === 'active') return
    this.#feedback.set(feedback.listener, feedback)
    const [oldest] = this.#feedback.keys()
    if (this.#feedback.size > MOST_FEEDBACK && oldest !== undefined) this.#feedback.delete(oldest)
  }

  /** The server would not do what was asked. */
  refused(words: string, nowMs: number): void {
    this.#refusal = { words, untilMs: nowMs + REFUSAL_MS }
  }

  refusal(nowMs: number): string | undefined {
    return this.#refusal && nowMs < this.#refusal.untilMs ? this.#refusal.words : undefined
  }

  /** Set aside: this page is to be silent until the server takes it back. */
  get setAside(): boolean {
    return this.#state?.mode !== 'live' && this.#state?.status === 'degraded'
  }

  /** Server clock, ms; undefined: not known. */
  serverMs(localMs: number): number | undefined {
    const offsetMs = this.#offsetMs
    return offsetMs === undefined ? undefined : localMs + offsetMs
  }

  /** Local time of a server time, ms; undefined: not known. */
  localMs(serverMs: number): number | undefined {
    const offsetMs = this.#offsetMs
    return offsetMs === undefined ? undefined : serverMs - offsetMs
  }

  /** Until the change that is scheduled is heard, ms; undefined: there is none, or it is over. */
  countdownMs(localMs: number): number | undefined {
    const serverMs = this.serverMs(localMs)
    const { scheduled } = this.#state ?? {}
    if (!scheduled || serverMs === undefined) return undefined
    const leftMs = scheduled.atUs / 1000 - serverMs
    return leftMs > 0 ? leftMs : undefined
  }

  /** Of each status the latest, no more than the room counts: the end of something may have been missed while not connected. */
  #keep(counts: SyncState['members']): void {
    const kept = { slow: 0, degraded: 0, timeout: 0 }
    for (const { listener, status } of this.feedback) {
      if (status === 'active') continue
      kept[status]++
      if (kept[status] > (counts[status] ?? MOST_FEEDBACK)) this.#feedback.delete(listener)
    }
  }

  get #offsetMs(): number | undefined {
    const offsetMs = this.#newsOffsetMs ?? this.#clockOffsetMs()
    return Number.isFinite(offsetMs) ? offsetMs : undefined
  }
}
