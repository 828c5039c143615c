// Thread: page, no React. The room's transport and settings over HTTP: a console steers also while it does not listen.
import type { SetRoom, Transport } from '../../../src/shared/wire/room-schema.ts'
import { ask, DeskError, serverMs } from '../../desk/ask.ts'
import { isRecord } from '../../network/checks.ts'
import type { Store } from '../parts/use-snapshot.ts'
import { type RoomState, readRoom } from './room-answer.ts'

const LOOK_MS = 1000
/** A look that takes so long: what was seen before it does not count any more. */
const STALE_MS = 3000

const UNKNOWN: RoomState = {
  ...{ known: false, playing: true, backMs: 0, seekableMs: 0, scheduled: null },
  ...{ togetherMs: 0, fixedDelayMs: null, steadyMs: 0, pauseWhenLow: false },
}

export class RoomDesk {
  readonly #path: string
  readonly #subscribers = new Set<() => void>()
  #state = UNKNOWN
  #text = ''
  #timer: ReturnType<typeof setInterval> | undefined
  /** Since when an answer is waited for, ms. */
  #lookingMs: number | undefined
  /** Looks so far, and which of them is shown: an older one that comes later tells what is over. */
  #looks = 0
  #shownLook = 0

  /** `session`: whose room. */
  constructor(session: string) {
    this.#path = `/api/sessions/${session}`
  }

  /** For `useSnapshot`. Looks once a second, while somebody is subscribed and sees it. */
  readonly store: Store<RoomState> = {
    snapshot: () => this.#state,
    subscribe: (subscriber) => {
      this.#subscribers.add(subscriber)
      if (this.#timer === undefined) {
        this.#timer = setInterval(() => this.#tick(), LOOK_MS)
        void this.look()
      }
      return () => {
        this.#subscribers.delete(subscriber)
        if (this.#subscribers.size > 0) return
        clearInterval(this.#timer)
        this.#timer = undefined
      }
    },
  }

  /** Until the scheduled change is heard, ms; null: there is none, or it is over. */
  readonly countdown = (): number | null => {
    const { scheduled } = this.#state
    if (!scheduled) return null
    const leftMs = scheduled.atUs / 1000 - serverMs()
    return leftMs > 0 ? leftMs : null
  }

  /** What will be other than was asked for, in words; '' if nothing. Rejects with a DeskError. */
  readonly transport = async (wish: Omit<Transport, 'type'>): Promise<string> => {
    const { note } = await ask('POST', `${this.#path}/transport`, isRecord, wish)
    await this.look()
    return typeof note === 'string' ? note : ''
  }

  /** Rejects with a DeskError. */
  readonly setRoom = async (wish: Omit<SetRoom, 'type'>): Promise<void> => {
    await ask('PUT', `${this.#path}/room`, isRecord, wish)
    await this.look()
  }

  /** Never rejects: what can not be had now is looked for again. */
  async look(): Promise<void> {
    const sinceMs = performance.now()
    this.#lookingMs = sinceMs
    const look = ++this.#looks
    try {
      const room = readRoom(await ask('GET', this.#path, isRecord))
      if (room === undefined || look < this.#shownLook) return
      this.#shownLook = look
      this.#show({ ...room, known: true })
    } catch (error) {
      if (!(error instanceof DeskError)) throw error
      if (look > this.#shownLook) this.#show({ ...this.#state, known: false })
    } finally {
      if (this.#lookingMs === sinceMs) this.#lookingMs = undefined
    }
  }

  /** Looks are not piled up on a network that hangs. */
  #tick(): void {
    if (this.#lookingMs === undefined) void (document.hidden || this.look())
    else if (performance.now() - this.#lookingMs >= STALE_MS) this.#show({ ...this.#state, known: false })
  }

  #show(state: RoomState): void {
    const text = JSON.stringify(state)
    if (text === this.#text) return
    this.#text = text
    this.#state = state
    for (const subscriber of [...this.#subscribers]) subscriber()
  }
}
