import { readComeBackMs } from '../../src/shared/wire/come-back.ts'
import { CLOSE } from '../../src/shared/wire/control.ts'
import { Backoff } from './backoff.ts'
import type { Link, LostWhy } from './messages.ts'

const CONNECT_TIMEOUT_MS = 8000
const STALL_MS = 2000
/** Clock probes are answered every 10 s, so longer silence than this is a dead connection. */
const SILENCE_MS = 25_000
const HEALTHY_MS = 10_000
const FULL_RETRY_MS = 10_000
/**
 * After a connection was lost an attempt that hears nothing is made anew so soon, and twice the time the last one took: what
 * was sent into an outage is sent again after 1, 2, 4 s only, and would find the end of it that late. ms
 */
const IMPATIENT_MS = 250
/** The listeners of one server are not to knock at once: up to so much more. ms */
const IMPATIENT_SPREAD_MS = 100
/** For so long; browsers slow down who fails too often. ms */
const IMPATIENT_FOR_MS = 8000
/**
 * Except after news of the network, for `NEWS_MS`: it may be another one, on which the last handshake says nothing, and a
 * mobile one takes a second to wake. Long enough for what was sent again after 1 s.
 */
const NEWS_PATIENCE_MS = 2000
const NEWS_MS = 2000
/** A suspected socket has so long, and a few round trips more, to show that it lives … */
const SUSPECT_MS = 300
/** … and packets that come sooner than this after waking may have waited in this machine all along. */
const STALE_MS = 150
/** An attempt younger than this is left alone when the network comes back: it may be about to succeed. */
const YOUNG_ATTEMPT_MS = 1000

/** The part of WebSocket this needs. */
export interface Socket {
  binaryType: BinaryType
  onopen: ((event: Event) => unknown) | null
  onmessage: ((event: MessageEvent) => unknown) | null
  onclose: ((event: CloseEvent) => unknown) | null
  send(text: string): void
  close(): void
}

export interface ConnectionOptions {
  open: (url: string) => Socket
  nowMs: () => number
  random: () => number
  /** A socket has just opened. */
  onOpen: () => void
  onMessage: (data: unknown) => void
  onLink: (link: Link) => void
}

/**
 * Keeps one WebSocket open until told to stop. Thread: worker. It has no timers of its own: call `tick`
 * about 20 times a second. It is told by `heardPacket` and `expectPackets` how the stream is doing.
 */
export class Connection {
  readonly #opts: ConnectionOptions
  readonly #backoff: Backoff
  #url = ''
  #socket: Socket | undefined
  #link: Link | undefined
  #startedMs = 0
  #openedMs = 0
  /** What the last attempt that succeeded took. */
  #handshakeMs = 0
  /** Attempts begun before this are given `#patienceMs`. */
  #impatientUntilMs = Number.NEGATIVE_INFINITY
  #patienceMs = CONNECT_TIMEOUT_MS
  /** When the network came back, or may have become another one. */
  #newsAtMs = Number.NEGATIVE_INFINITY
  #anyMs = 0
  #packetMs = 0
  #packetsExpected = false
  /** Since when the socket is suspected to be dead; NaN: it is not. */
  #suspectMs = Number.NaN
  #suspectUntilMs = Number.NaN

  constructor(opts: ConnectionOptions) {
    this.#opts = opts
    this.#backoff = new Backoff(opts.random)
  }

  get connected(): boolean {
    return this.#link?.phase === 'connected'
  }

  start(url: string): void {
    this.#url = url
    this.#connect(false)
  }

  /** Where the next attempt goes; the socket there is stays. */
  turnTo(url: string): void {
    this.#url = url
  }

  stop(): void {
    this.#drop()
    this.#link = undefined
  }

  /** Trying again will not help. */
  refuse(): void {
    this.#drop()
    this.#set({ phase: 'refused' })
  }

  send(text: string): void {
    if (this.connected) this.#socket?.send(text)
  }

  /** Does not allocate. */
  heardPacket(nowMs: number): void {
    this.#packetMs = nowMs
  }

  /** The source says it is running: no packets from now on means that the connection has stalled. */
  expectPackets(expected: boolean): void {
    if (expected && !this.#packetsExpected) this.#packetMs = this.#opts.nowMs()
    this.#packetsExpected = expected
  }

  /** The server answered something that was asked at `askedMs`: the socket was alive then. Does not allocate. */
  heardAnswer(askedMs: number): void {
    if (!(askedMs >= this.#suspectMs)) return
    this.#suspectMs = Number.NaN
    // Packets stayed away because of the sleep: their time begins anew.
    this.#packetMs = this.#opts.nowMs()
  }

  /**
   * The network came back, or somebody looks at the page again: no waiting for the rest of the backoff, and no believing
   * that the socket still lives. `rttMs`: the round trip, 0 when it is not known. Ask the server something now.
   */
  retryNow(rttMs: number): void {
    this.#newsAtMs = this.#opts.nowMs()
    if (this.#link?.phase === 'connecting' && this.#newsAtMs - this.#startedMs < YOUNG_ATTEMPT_MS)
      this.#patienceMs = Math.max(this.#patienceMs, NEWS_PATIENCE_MS)
    else this.woke(rttMs)
  }

  /** As `retryNow`, after what looked like a sleep: an attempt from before it is worth nothing, however young it seems. */
  woke(rttMs: number): void {
    const link = this.#link
    if (link?.phase === 'connecting' || (link?.phase === 'waiting' && link.why !== 'full')) {
      this.#backoff.reset()
      this.#connect(link.phase === 'waiting' || link.again)
    } else if (link?.phase === 'connected' && Number.isNaN(this.#suspectMs)) {
      this.#backoff.reset()
      this.#suspectMs = this.#opts.nowMs()
      this.#suspectUntilMs = this.#suspectMs + SUSPECT_MS + 2 * rttMs
    }
  }

  tick(): void {
    const nowMs = this.#opts.nowMs()
    const link = this.#link
    if (link?.phase === 'waiting' && nowMs >= link.retryAtMs) this.#connect(true)
    if (link?.phase === 'connecting' && nowMs - this.#startedMs > this.#patienceMs) {
      if (nowMs < this.#impatientUntilMs) this.#connect(link.again)
      else this.#lose('unreachable')
    }
    if (link?.phase !== 'connected') return
    if (this.#suspected()) {
      // After a sleep everything is silent for too long: what counts is what comes now.
      if (nowMs >= this.#suspectUntilMs) this.#lose('stalled')
      return
    }
    if (this.#packetsExpected && nowMs - this.#packetMs > STALL_MS) this.#lose('stalled')
    else if (nowMs - this.#anyMs > SILENCE_MS) this.#lose('stalled')
    else if (nowMs - this.#openedMs > HEALTHY_MS && nowMs - this.#packetMs < STALL_MS) this.#backoff.reset()
  }

  #suspected(): boolean {
    if (this.#packetMs - this.#suspectMs > STALE_MS) this.#suspectMs = Number.NaN
    return !Number.isNaN(this.#suspectMs)
  }

  #connect(again: boolean): void {
    this.#drop()
    this.#suspectMs = Number.NaN
    this.#startedMs = this.#opts.nowMs()
    this.#patienceMs = this.#patience()
    this.#packetsExpected = false
    this.#set({ phase: 'connecting', again })
    const socket = this.#opts.open(this.#url)
    this.#socket = socket
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      this.#openedMs = this.#anyMs = this.#opts.nowMs()
      this.#handshakeMs = this.#openedMs - this.#startedMs
      this.#impatientUntilMs = Number.NEGATIVE_INFINITY
      this.#packetMs = 0
      this.#set({ phase: 'connected' })
      this.#opts.onOpen()
    }
    socket.onmessage = (event) => {
      this.#anyMs = this.#opts.nowMs()
      this.#opts.onMessage(event.data)
    }
    socket.onclose = ({ code, reason }) => this.#closed(code, reason)
  }

  #closed(code: number, reason: string): void {
    if (code === CLOSE.protocol) this.refuse()
    else if (code === CLOSE.full) this.#lose('full')
    else if (code === CLOSE.restarting) this.#lose('restarting', readComeBackMs(reason))
    else if (code === CLOSE.silent) this.#lose('silent')
    else this.#lose(this.connected ? 'lost' : 'unreachable')
  }

  /** How long the attempt that begins now may take. */
  #patience(): number {
    if (this.#startedMs >= this.#impatientUntilMs) return CONNECT_TIMEOUT_MS
    const spreadMs = this.#opts.random() * IMPATIENT_SPREAD_MS
    const leastMs = this.#startedMs - this.#newsAtMs < NEWS_MS ? NEWS_PATIENCE_MS : IMPATIENT_MS
    return Math.min(CONNECT_TIMEOUT_MS, Math.max(leastMs, IMPATIENT_MS + spreadMs + 2 * this.#handshakeMs))
  }

  #lose(why: LostWhy, toldMs?: number): void {
    const nowMs = this.#opts.nowMs()
    // Who is refused, or hears that the server goes, has been heard: what follows is no outage.
    if (this.connected && why !== 'full' && why !== 'restarting')
      this.#impatientUntilMs = nowMs + IMPATIENT_FOR_MS
    this.#drop()
    this.#set({ phase: 'waiting', why, retryAtMs: nowMs + (toldMs ?? this.#waitMs(why)) })
  }

  #waitMs(why: LostWhy): number {
    if (why === 'full') return FULL_RETRY_MS + this.#opts.random() * FULL_RETRY_MS
    // The server let go after seconds of silence, so attempts can not follow each other quickly.
    if (why === 'silent') return 0
    // It was suspected already: what died in a sleep is replaced at once.
    return Number.isNaN(this.#suspectMs) ? this.#backoff.nextMs() : 0
  }

  /** Lets go of the socket: whatever it still says is not heard. */
  #drop(): void {
    const socket = this.#socket
    this.#socket = undefined
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  #set(link: Link): void {
    this.#link = link
    this.#opts.onLink(link)
  }
}
