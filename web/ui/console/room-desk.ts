// Thread: page, no React. The room's transport and settings over HTTP: a console steers also while it does not listen.
import type { SetRoom, Transport } from '../../../src/shared/wire/room-schema.ts'
import { ANSWER_MS, DeskError, jsonOf } from '../../desk/commands.ts'
import { isRecord } from '../../network/checks.ts'
import { serverPath } from '../../player/address/base-path.ts'
import { keyHeader } from '../../player/address/page-key.ts'
import type { RoomAddress } from '../../player/address/room-address.ts'
import type { Store } from '../parts/use-snapshot.ts'
import { type RoomState, readRoom } from './room-answer.ts'

const LOOK_MS = 1000
/** A look that takes so long: what was seen before it does not count any more. */
const STALE_MS = 3000

const UNKNOWN: RoomState = {
  ...{ known: false, playing: true, backMs: 0, seekableMs: 0, scheduled: null },
  ...{ togetherMs: 0, fixedDelayMs: null, steadyMs: 0, pauseWhenLow: false },
}

export interface RoomDeskOptions {
  address: RoomAddress
  /** As the browser's. */
  fetch?: (url: string, init?: RequestInit) => Promise<Response>
}

export class RoomDesk {
  readonly #url: string
  readonly #headers: Record<string, string>
  readonly #fetch: NonNullable<RoomDeskOptions['fetch']>
  readonly #subscribers = new Set<() => void>()
  #state = UNKNOWN
  #text = ''
  /** Server clock minus the page's, ms; as good as half a round trip. */
  #offsetMs = 0
  #timer: ReturnType<typeof setInterval> | undefined
  /** Since when an answer is waited for, ms. */
  #lookingMs: number | undefined

  constructor({
    address: { session, key },
    fetch = (url, init) => globalThis.fetch(url, init),
  }: RoomDeskOptions) {
    this.#url = serverPath(`/api/sessions/${session}`)
    this.#headers = keyHeader(key)
    this.#fetch = fetch
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
    const leftMs = scheduled.atUs / 1000 - this.#offsetMs - performance.now()
    return leftMs > 0 ? leftMs : null
  }

  /** What will be other than was asked for, in words; '' if nothing. Rejects with a DeskError. */
  readonly transport = async (wish: Omit<Transport, 'type'>): Promise<string> => {
    // A network that hangs delivers it later: by then whoever pressed the key has been told that nothing came of it.
    const byUs = (performance.now() + this.#offsetMs + ANSWER_MS) * 1000
    const { note } = await this.#ask('POST', '/transport', { ...wish, byUs })
    await this.look()
    return typeof note === 'string' ? note : ''
  }

  /** Rejects with a DeskError. */
  readonly setRoom = async (wish: Omit<SetRoom, 'type'>): Promise<void> => {
    await this.#ask('PUT', '/room', wish)
    await this.look()
  }

  /** Never rejects: what can not be had now is looked for again. */
  async look(): Promise<void> {
    const sinceMs = performance.now()
    this.#lookingMs = sinceMs
    try {
      const room = readRoom(await this.#ask('GET', ''))
      if (room === undefined) return
      this.#offsetMs = room.serverUs / 1000 - performance.now()
      this.#show({ ...room.state, known: true })
    } catch (error) {
      if (!(error instanceof DeskError)) throw error
      this.#show({ ...this.#state, known: false })
    } finally {
      if (this.#lookingMs === sinceMs) this.#lookingMs = undefined
    }
  }

  /** Looks are not piled up on a network that hangs. */
  #tick(): void {
    if (this.#lookingMs === undefined) void (document.hidden || this.look())
    else if (performance.now() - this.#lookingMs >= STALE_MS) this.#show({ ...this.#state, known: false })
  }

  async #ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const headers = this.#headers
    const sent = body && jsonOf(body, headers)
    let response: Response
    let answer: unknown
    try {
      response = await this.#fetch(this.#url + path, {
        ...{ method, headers, ...sent },
        signal: AbortSignal.timeout(ANSWER_MS),
      })
      answer = await response.json()
    } catch {
      throw new DeskError('unreachable', 'The server does not answer. Is it still running?')
    }
    const { reason, message } = isRecord(answer) ? answer : {}
    if (!response.ok)
      throw new DeskError(
        typeof reason === 'string' ? reason : `http-${response.status}`,
        typeof message === 'string' ? message : `The server refused (${response.status}).`,
      )
    return isRecord(answer) ? answer : {}
  }

  #show(state: RoomState): void {
    const text = JSON.stringify(state)
    if (text === this.#text) return
    this.#text = text
    this.#state = state
    for (const subscriber of [...this.#subscribers]) subscriber()
  }
}
