// Thread: page. What the server tells a console or a dev panel, over a WebSocket of its own.

import { readComeBackMs } from '../../src/shared/wire/come-back.ts'
import type { CaptureView, ConsoleListener, MixView } from '../../src/shared/wire/console-messages.ts'
import { CLOSE } from '../../src/shared/wire/control.ts'
import { Backoff } from '../network/backoff.ts'
import { serverPath } from '../player/address/base-path.ts'
import { roomAddress } from '../player/address/room-address.ts'
import { type Denial, whyDenied } from '../player/address/why-denied.ts'
import { readConsoleMessage } from './console-message.ts'

/** At most so long between two attempts. */
const MOST_BACKOFF_MS = 5000
/** The server says something every second; silent for so long, the connection is dead. */
const SILENCE_MS = 5000
const NOBODY: ConsoleListener[] = []

/** It takes a key; the session has ended, or never was; there are as many consoles as may be. */
export type RefusedFor = 'forbidden' | 'gone' | 'full'
const REFUSED_FOR: Record<number, RefusedFor> = {
  [CLOSE.forbidden]: 'forbidden',
  [CLOSE.gone]: 'gone',
  [CLOSE.full]: 'full',
}
const WELCOME = { refusal: '', refusedFor: undefined }

export interface DeskSnapshot {
  connected: boolean
  /** Undefined: not told yet. Each keeps its identity while nothing in it changes, and its last value while not connected. */
  capture: CaptureView | undefined
  mix: MixView | undefined
  listeners: ConsoleListener[]
  /** Why the server does not want this page, in its words. Empty: it does. */
  refusal: string
  /** The kind of that. Only where it is full it is tried again before the next `start`. */
  refusedFor: RefusedFor | undefined
  /** Messages that made no sense. */
  badMessages: number
}

/** The part of WebSocket this needs. */
export interface DeskSocket {
  onopen: ((event: Event) => unknown) | null
  onmessage: ((event: MessageEvent) => unknown) | null
  onclose: ((event: CloseEvent) => unknown) | null
  close(): void
}

export interface DeskLinkOptions {
  url: string
  openSocket?: (url: string) => DeskSocket
  random?: () => number
  /** The server's words, where it does not let this page in. */
  whyDenied?: () => Promise<Denial | undefined>
}

/** Connects, and again by itself when the connection is lost, from `start` to `stop`. */
export class DeskLink {
  readonly #url: string
  readonly #openSocket: (url: string) => DeskSocket
  readonly #backoff: Backoff
  readonly #whyDenied: () => Promise<Denial | undefined>
  readonly #subscribers = new Set<() => void>()
  #snapshot: DeskSnapshot = {
    connected: false,
    capture: undefined,
    mix: undefined,
    listeners: NOBODY,
    ...WELCOME,
    badMessages: 0,
  }
  /** The last text of each kind: what is told again unchanged wakes nobody. */
  readonly #told = new Map<string, string>()
  #peak: readonly number[] = []
  #rms: readonly number[] = []
  #socket: DeskSocket | undefined
  #isOpen = false
  #retry: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setInterval> | undefined
  #heard = false

  constructor({
    url,
    openSocket = (to) => new WebSocket(to),
    random = Math.random,
    ...rest
  }: DeskLinkOptions) {
    this.#url = url
    this.#whyDenied = rest.whyDenied ?? (async () => undefined)
    this.#openSocket = openSocket
    this.#backoff = new Backoff(random, MOST_BACKOFF_MS)
  }

  /** For `useSnapshot`. */
  readonly store = {
    snapshot: (): DeskSnapshot => this.#snapshot,
    subscribe: (subscriber: () => void): (() => void) => {
      this.#subscribers.add(subscriber)
      return () => void this.#subscribers.delete(subscriber)
    },
  }

  /**
   * The levels told last, linear, full scale = 1, into `out`; what it has beyond the channels is set to 0. Returns how many channels
   * there are; 0 while nothing plays or nobody tells. Does not allocate, for meters at display rate.
   */
  readLevels(out: { peak: Float32Array; rms: Float32Array }): number {
    fill(out.peak, this.#peak)
    fill(out.rms, this.#rms)
    return this.#peak.length
  }

  /** Does nothing when started already. */
  start(): void {
    if (this.#socket !== undefined || this.#retry !== undefined) return
    this.#backoff.reset()
    this.#change(WELCOME)
    this.#connect()
  }

  stop(): void {
    clearTimeout(this.#retry)
    this.#retry = undefined
    this.#drop(this.#isOpen ? hangUp : hangUpOnceOpen)
  }

  #connect(): void {
    this.#retry = undefined
    const socket = this.#openSocket(this.#url)
    this.#socket = socket
    this.#heard = true
    this.#isOpen = false
    socket.onopen = () => {
      this.#isOpen = true
    }
    socket.onmessage = ({ data }) => this.#hear(data)
    socket.onclose = ({ code, reason }) => this.#lost(code, reason)
    this.#silence = setInterval(() => {
      if (!this.#heard) this.#lost()
      this.#heard = false
    }, SILENCE_MS)
  }

  #lost(code?: number, reason = ''): void {
    const refusedFor = REFUSED_FOR[code ?? 0]
    if (refusedFor === undefined && !this.#isOpen) void this.#askWhy()
    this.#drop()
    if (refusedFor === undefined) this.#change(WELCOME)
    else this.#change({ refusal: reason || 'The server does not want this page.', refusedFor })
    if (refusedFor !== undefined && refusedFor !== 'full') return
    const toldMs = code === CLOSE.restarting ? readComeBackMs(reason) : undefined
    this.#retry = setTimeout(() => this.#connect(), toldMs ?? this.#backoff.nextMs())
  }

  /** A socket that was never open: a browser does not tell why. */
  async #askWhy(): Promise<void> {
    const denial = await this.#whyDenied()
    const isStopped = this.#socket === undefined && this.#retry === undefined
    if (denial === undefined || isStopped || this.#snapshot.connected) return
    this.stop()
    this.#change({ refusal: denial.words, refusedFor: denial.isGone ? 'gone' : 'forbidden' })
  }

  /** The socket that there is, if any, is not heard any more. */
  #drop(close = hangUp): void {
    clearInterval(this.#silence)
    const socket = this.#socket
    this.#socket = undefined
    if (socket !== undefined) {
      socket.onopen = socket.onmessage = socket.onclose = null
      close(socket)
    }
    this.#told.clear()
    this.#silenceLevels()
    this.#change({ connected: false })
  }

  #hear(data: unknown): void {
    this.#heard = true
    // And not when it opens: a server that is full lets a socket in, and then closes it.
    this.#change({ ...WELCOME, connected: true })
    const message = typeof data === 'string' ? readConsoleMessage(data) : 'bad'
    if (message === 'unknown') return
    if (message === 'bad') {
      this.#change({ badMessages: this.#snapshot.badMessages + 1 })
      return
    }
    this.#backoff.reset()
    const { type } = message
    if (type === 'levels') {
      this.#peak = message.peak
      this.#rms = message.rms
      return
    }
    if (this.#told.get(type) === data) return
    this.#told.set(type, data as string)
    if (type === 'capture') {
      if (message.capture.state !== 'running') this.#silenceLevels()
      this.#change({ capture: message.capture })
    } else if (type === 'mix') this.#change({ mix: message.mix })
    else this.#change({ listeners: message.listeners })
  }

  #silenceLevels(): void {
    this.#peak = []
    this.#rms = []
  }

  #change(part: Partial<DeskSnapshot>): void {
    const names = Object.keys(part) as (keyof DeskSnapshot)[]
    if (names.every((name) => this.#snapshot[name] === part[name])) return
    this.#snapshot = { ...this.#snapshot, ...part }
    for (const subscriber of [...this.#subscribers]) subscriber()
  }
}

function hangUp(socket: DeskSocket): void {
  socket.close()
}

/** Of a socket that is closed before it is open, browsers say in their console that it failed. */
function hangUpOnceOpen(socket: DeskSocket): void {
  socket.onopen = () => socket.close()
}

function fill(out: Float32Array, from: readonly number[]): void {
  for (let i = 0; i < out.length; i++) out[i] = from[i] ?? 0
}

/** For the session that the page's own address names, with the key it has. */
export function openDesk(): DeskLink {
  const address = roomAddress(location)
  const { session, key } = address
  const query = new URLSearchParams({ session })
  if (key !== '') query.set('key', key)
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
  const url = `${scheme}//${location.host}${serverPath('/ws/console')}?${query}`
  // An engineer may look, too.
  return new DeskLink({ url, whyDenied: () => whyDenied({ ...address, role: 'engineer' }) })
}
