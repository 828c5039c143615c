import type { RungName } from '../../shared/rungs.ts'
import type { Receipt, ServerMessage } from '../../shared/wire/control.ts'
import { hrtimeText } from '../server-clock.ts'
import type { SkipReason, StreamingCounters } from './counters.ts'
import { DeliveryMeter } from './delivery-meter.ts'
import { InFlight } from './in-flight.ts'
import { LadderPolicy } from './ladder-policy.ts'
import type { ListenerConnection, ListenerSocket } from './listener-socket.ts'
import { Place } from './place.ts'
import { LIVE_ROUTE, type Route } from './route.ts'
import { Tally } from './tally.ts'
import { Unread } from './unread.ts'
import { frameText } from './ws-frame.ts'

/** What a listener asked for when it came. */
export interface Asked {
  /** `auto`: the server chooses. */
  wish: RungName | 'auto'
  /** The rung to begin with; the wish, if it names one. */
  start: RungName
  /** What the link delivered while the page came, bit/s. */
  linkBps?: number
}

/** `resume`: send, and something was left out before. `wait`: not now. `skip`: never. */
export type Admission = 'send' | 'resume' | 'wait' | 'skip'

/** Why the server ended it: the code it was closed with, or that it did not read. */
export type Ending = number | 'stalled'

/** Answers a listener asked for and does not read. */
const MAX_UNREAD_CONTROL_BYTES = 65_536
/** As many messages of audio may wait before them: one that is being written, and two that `admit` lets wait. */
const MOST_WAITING_AUDIO = 3
const OPEN = 1

/**
 * One listener's own backpressure: what it does not take hurts nobody else. Nothing waits here: what is late is not sent, or,
 * where its group has time for that, is sent later out of the history.
 */
export class Listener {
  /** For the API; the session numbers those it takes in. */
  id = 0
  readonly connectedAtMs: number
  /** What it asked for: of the page's making, followed within a tick. */
  wish: RungName | 'auto'
  readonly start: RungName
  /** What it gets. */
  rung: RungName
  /** Why it changed last; empty when it never did. */
  reason = ''
  /** Packets per message, and what it should be: it changes where both begin together. */
  batch = 1
  wantedBatch = 1
  /** What it is sent; of its group. Looked at before anything is sent. */
  route: Route = LIVE_ROUTE
  /** How old audio may be when it is sent, ms. 0: what can not be sent when it is due is left out. */
  patienceMs = 0
  readonly place = new Place()
  /** Of who measures. Told once, when it is about to be sent what is beyond this position of the stream: with it, or not. */
  watched: { position: number; onSend: (isIn: boolean) => void } | undefined
  /** A receipt has come; of whoever serves it. */
  onReceipt: (() => void) | undefined
  readonly flow = new InFlight()
  readonly delivery = new DeliveryMeter()
  readonly policy: LadderPolicy
  readonly sent = { packets: 0, messages: 0, bytes: 0 }
  readonly skipped: Record<SkipReason, number> = { inFlight: 0, backlog: 0 }
  switches = 0
  /** What its decoder has been fed to the end of, on this rung and of this segment; room position. */
  decodedTo = Number.NEGATIVE_INFINITY
  readonly #socket: ListenerSocket
  readonly #connection: ListenerConnection
  readonly #counters: StreamingCounters
  readonly #unread: Unread
  readonly #nowMs: () => number
  /** Its stream; receipts of others say nothing of what is in flight. */
  #streamId = Number.NaN
  #answered = false
  #last: Receipt | undefined
  #ending: Ending | undefined
  readonly #tally: Tally
  #receiptAtMs: number
  #hole = false
  /** Of the messages of audio so far. */
  #largestBytes = 0
  #backlogged = false

  constructor(
    socket: ListenerSocket,
    connection: ListenerConnection,
    counters: StreamingCounters,
    nowMs = () => performance.now(),
    asked: Asked = { wish: 'auto', start: 'pcm16' },
  ) {
    this.#socket = socket
    this.#connection = connection
    this.#counters = counters
    this.#unread = new Unread(socket, connection, nowMs)
    this.#tally = new Tally(counters)
    this.#nowMs = nowMs
    this.connectedAtMs = nowMs()
    this.#receiptAtMs = this.connectedAtMs
    this.wish = asked.wish
    this.start = asked.start
    this.rung = asked.start
    this.policy = new LadderPolicy(this.connectedAtMs)
    if (asked.linkBps !== undefined) this.policy.expect(asked.linkBps, this.connectedAtMs)
  }

  /** The last that came. */
  get receipt(): Readonly<Receipt> | undefined {
    return this.#last
  }

  /** Undefined: the server has not. */
  get ending(): Ending | undefined {
    return this.#ending
  }

  get open(): boolean {
    return this.#socket.readyState === OPEN
  }

  /** It is not sent anything, because too much is under way. */
  get held(): boolean {
    return this.flow.holding || this.#backlogged
  }

  /** Audio is being left out. */
  get skipping(): boolean {
    return this.held && !this.patient
  }

  /** What can not be sent now is sent later. */
  get patient(): boolean {
    const { behind, next, graceTo } = this.place
    return this.patienceMs > 0 || behind || next < graceTo
  }

  /** Since its last receipt, or since it came. */
  silentMs(nowMs: number): number {
    return nowMs - this.#receiptAtMs
  }

  /** The server itself stood still for so long: nobody was silent meanwhile. */
  excuse(ms: number, nowMs: number): void {
    this.#receiptAtMs = Math.min(nowMs, this.#receiptAtMs + ms)
  }

  /** A stream begins: what was in flight belongs to the one before. */
  begin(streamId: number, rateHz: number): void {
    this.#streamId = streamId
    this.flow.begin(rateHz)
    this.place.begin(this.route, this.route !== LIVE_ROUTE)
    this.decodedTo = Number.NEGATIVE_INFINITY
    this.#hole = false
    this.#backlogged = false
  }

  /** It asks for something. A page does so as soon as its connection is open, so the first shows how far away it is. */
  asks(): void {
    if (!this.#answered) this.flow.wayIs(this.#nowMs() - this.connectedAtMs)
    this.#answered = true
  }

  hear(receipt: Receipt): void {
    const nowMs = this.#nowMs()
    this.#answered = true
    this.#receiptAtMs = nowMs
    const before = this.#last
    // Of one connection, so they only grow; and nobody has received what was not sent.
    const bytes = clamp(receipt.bytes, before?.bytes ?? 0, this.sent.bytes)
    const packets = clamp(receipt.packets, before?.packets ?? 0, this.sent.packets)
    this.#last = { ...receipt, bytes, packets }
    if (receipt.streamId === this.#streamId) this.flow.received(receipt.position, nowMs, packets)
    this.delivery.add(bytes, nowMs)
    this.policy.heard(nowMs, bytes, packets, this.flow.queuedMs)
    this.#tally.heard(receipt, this.flow, nowMs)
    this.onReceipt?.()
  }

  /** Brings what it was sent on its rung into the counters. */
  settle(): void {
    this.#tally.settle(this.sent, this.rung)
  }

  /** Looks at its route again. True: what it was sent last is not to be heard any more, so it goes back. */
  reroute(): boolean {
    const position = this.place.reroute(this.route)
    if (position === undefined) return false
    this.goBack(position)
    return true
  }

  /**
   * It is sent everything from this room position on, once more if need be, and is told so at once: what it holds from there on is
   * not to be played, even where nothing is remembered that could be sent instead.
   */
  goBack(position: number): void {
    this.flow.turnBack(position, this.sent.packets)
    this.decodedTo = Number.NEGATIVE_INFINITY
    this.place.goBack(position)
    this.tellSegment()
  }

  /** Before the audio it is of. */
  tellSegment(): void {
    const { segment, next } = this.place
    const from = Math.max(segment.from, Math.round(next))
    this.place.tell()
    this.decodedTo = Number.NEGATIVE_INFINITY
    this.sendControl({ type: 'segment', from, shift: segment.shift, muted: segment.muted })
  }

  /** May `packets` in a message of `bytes`, `ms` of audio, be sent? Does not allocate. */
  admit(bytes: number, ms: number, packets: number): Admission {
    if (!this.open) return 'skip'
    // Two messages may be on their way to the kernel: one that is being written and the next.
    this.#backlogged = this.#unread.bytes > 2 * bytes
    const reason = this.#backlogged ? 'backlog' : this.flow.admits(ms) ? undefined : 'inFlight'
    if (reason === undefined) return this.#hole ? 'resume' : 'send'
    this.flow.leftOut()
    if (this.patient) return 'wait'
    this.leaveOut(reason, packets)
    return 'skip'
  }

  /** They are never sent. */
  leaveOut(reason: SkipReason, packets: number): void {
    this.#hole = true
    this.skipped[reason] += packets
    this.#counters.packetsSkipped[reason] += packets
  }

  /** Sends a framed message whose new audio is `from` … `to`, room positions. Does not block, throw or allocate. */
  sendAudio(frame: Buffer, from: number, to: number, packets: number): void {
    if (!this.open) return
    if (this.watched !== undefined) this.#watch(from, to)
    this.#hole = false
    this.#largestBytes = Math.max(this.#largestBytes, frame.length)
    this.decodedTo = to
    this.place.next = to
    this.sent.packets += packets
    this.flow.sent(from, to, this.sent.packets)
    this.sent.messages++
    this.sent.bytes += frame.length
    this.#counters.packetsSent += packets
    this.#write(frame)
  }

  #watch(from: number, to: number): void {
    const { watched, place } = this
    if (watched === undefined || to - place.segment.shift <= watched.position) return
    this.watched = undefined
    watched.onSend(from - place.segment.shift <= watched.position)
  }

  /** Goes out at once: no audio ever waits before it. */
  sendControl(message: ServerMessage): void {
    if (!this.open) return
    if (this.#unread.bytes > MAX_UNREAD_CONTROL_BYTES + MOST_WAITING_AUDIO * this.#largestBytes) {
      this.#counters.stalled++
      this.#ending = 'stalled'
      this.#socket.terminate()
      return
    }
    const text = `${JSON.stringify(message).slice(0, -1)},"hrtime":"${hrtimeText()}"}`
    this.sent.bytes += text.length
    this.#write(frameText(text))
  }

  #write(frame: Buffer): void {
    this.#unread.wrote(frame.length)
    this.#connection.write(frame)
  }

  /** Of its rung. */
  switched(rung: RungName, reason: string): void {
    this.policy.switched(this.#nowMs())
    this.settle()
    this.rung = rung
    this.decodedTo = Number.NEGATIVE_INFINITY
    this.reason = reason
    this.switches++
    this.#counters.switches++
  }

  close(code: number, reason: string): void {
    this.#ending = code
    this.#socket.close(code, reason)
  }

  terminate(): void {
    this.#socket.terminate()
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most))
}
