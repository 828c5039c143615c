import { OPUS_WARM_UP_MS, type Rung } from '../../shared/rungs.ts'
import { catchUp } from './catch-up.ts'
import { compose } from './compose.ts'
import { History } from './history.ts'
import { CATCH_UP_MS, EXPIRED_MS, GRACE_MS, OVERLAP_MS, SETTLE_MS, START_MS } from './limits.ts'
import type { Listener } from './listener.ts'
import { LIVE_ROUTE } from './route.ts'
import type { RungPacket } from './rung-packet.ts'
import { Slab } from './slab.ts'
import { frameBinary } from './ws-frame.ts'

/** A message that several listeners may get: the same bytes for all. */
interface Message {
  frame: Buffer
  from: number
  to: number
  packets: number
}

const NOTHING = Buffer.alloc(0)

/**
 * One rung of the session: who listens to it, what it said last, and the same bytes to everybody who is live, each under
 * its own backpressure; to the others what comes next for them (catch-up.ts). Main thread; nothing here waits.
 */
export class RungStream {
  readonly rung: Rung
  readonly history = new History()
  /** Of what the history keeps. */
  readonly #slab = new Slab()
  readonly #listeners: Listener[] = []
  readonly #single: Message = { frame: NOTHING, from: 0, to: 0, packets: 1 }
  /** Of the packets published last, by their number; made when the first listener wants one. */
  readonly #batches = new Map<number, Message>()
  framesPerMs = 1
  #first = 0
  /** Of this stream; batches begin at multiples of their size. */
  #published = 0
  #packets = 0

  constructor(rung: Rung) {
    this.rung = rung
  }

  get size(): number {
    return this.#listeners.length
  }

  /** Packets since it was opened. */
  get packets(): number {
    return this.#packets
  }

  /** A stream begins, or the rung is opened in one. */
  begin(rateHz: number): void {
    this.framesPerMs = rateHz / 1000
    this.#published = 0
    this.history.begin(rateHz)
  }

  /** Takes the listener in, at the live end. */
  add(listener: Listener): void {
    listener.batch = 1
    listener.wantedBatch = 1
    listener.onReceipt = () => {
      if (listener.place.behind) this.#catchUp(listener, CATCH_UP_MS)
    }
    this.#listeners.push(listener)
  }

  remove(listener: Listener): void {
    const index = this.#listeners.indexOf(listener)
    if (index < 0) return
    this.#listeners.splice(index, 1)
    listener.onReceipt = undefined
  }

  /** Another listener is first each time, so that none is always the last to be served. */
  publish(packet: RungPacket): void {
    const single = this.#single
    single.frame = frameBinary(packet.bytes, this.#slab.take)
    single.from = packet.from
    single.to = packet.to
    this.history.push(single.frame, packet.from, packet.to)
    this.#packets++
    this.#published++
    const count = this.#listeners.length
    if (count === 0) return
    this.#first = (this.#first + 1) % count
    for (let i = 0; i < count; i++) {
      const listener = this.#listeners[(this.#first + i) % count] as Listener
      const { batch, place, route } = listener
      if (this.#isDue(listener) && place.isLive(route, packet.to))
        this.#offer(listener, batch === 1 ? single : this.#batch(batch))
      else if (this.#isDue(listener) || place.behind) this.#catchUp(listener, CATCH_UP_MS)
      if (listener.wantedBatch !== batch) this.#changeBatch(listener)
    }
    if (this.#batches.size > 0) this.#batches.clear()
  }

  /**
   * Sends a listener on this rung what is not too late for it, from room position `asked` on if it asks for that, and tells
   * it what that is. At once what a live one needs to begin; the rest as it can take it.
   */
  start(listener: Listener, asked = Number.NaN): void {
    const { history, framesPerMs } = this
    const { place, route, patienceMs } = listener
    const mustTell = route !== LIVE_ROUTE || place.wasTold || !Number.isNaN(listener.flow.sentTo)
    place.begin(route, mustTell)
    if (history.length === 0) return
    const edge = history.newestTo
    const usefulMs = route.delayMs === 0 ? START_MS : route.delayMs + EXPIRED_MS
    const isAsked = !Number.isNaN(asked)
    const backMs = isAsked || patienceMs === 0 ? usefulMs : Math.min(usefulMs, patienceMs)
    const oldest = edge - backMs * framesPerMs
    place.goTo(Math.min(edge, isAsked ? Math.max(asked, oldest) : oldest))
    // Without a wish it begins where there is something.
    const there = history.fromAt(0) + place.segment.shift
    if (!isAsked && place.next < there) place.goTo(Math.min(there, place.until))
    if (mustTell) listener.goBack(place.next)
    else place.behind = true
    if (route.delayMs > 0) place.graceTo = edge + GRACE_MS * framesPerMs
    this.#catchUp(listener, START_MS)
  }

  /** Does the history reach back to before this position of the stream, with what a switch there needs? */
  reaches(position: number): boolean {
    const { history } = this
    if (history.length === 0) return false
    const settleMs = this.rung.codec === 'opus' ? SETTLE_MS : 0
    return history.fromAt(0) <= position - (OVERLAP_MS + settleMs) * this.framesPerMs
  }

  /** Has it come to where a listener is that was sent everything to this position of the stream? */
  isAt(position: number): boolean {
    return this.history.newestTo > position - OVERLAP_MS * this.framesPerMs
  }

  /** Goes on with a listener that was on another rung, and a little before what it has, to cross-fade. */
  follow(listener: Listener): void {
    const { place } = listener
    const from = place.next - OVERLAP_MS * this.framesPerMs
    place.goTo(Math.max(from, Math.min(place.next, place.segment.from)))
    place.behind = true
    this.#catchUp(listener, 2 * START_MS)
  }

  /** Goes on with a listener at the edge: between what it has and that there is nothing for it. */
  join(listener: Listener): void {
    listener.place.goTo(this.history.newestTo)
  }

  #isDue({ batch }: Listener): boolean {
    return batch === 1 || this.#published % batch === 0
  }

  /** Batches begin at multiples of their size, so only there it can be live again. */
  #catchUp(listener: Listener, mostMs: number): void {
    const isAll = catchUp(this, listener, mostMs)
    const { place } = listener
    if (isAll) place.behind = !this.#isDue(listener)
    else if (listener.patient) place.behind = true
  }

  #offer(listener: Listener, message: Message): void {
    const ms = (message.to - message.from) / this.framesPerMs
    const admission = listener.admit(message.frame.length, ms, message.packets)
    if (admission === 'send') listener.sendAudio(message.frame, message.from, message.to, message.packets)
    // What a decoder missed it is told after all, as far as that is not played any more.
    else if (admission === 'resume') this.#resume(listener, message)
    else if (admission === 'skip') listener.place.next = message.to
    else this.#fallBehind(listener, message)
  }

  #fallBehind({ place }: Listener, { from, to }: Message): void {
    if (Number.isNaN(place.next)) place.goTo(from)
    place.behind = true
    place.behindMs = (to - place.next) / this.framesPerMs
  }

  /** The message, and for a decoder also what is before it, as far as it does not have that. */
  #resume(listener: Listener, { from, to, packets }: Message): void {
    const { history } = this
    const play = history.length - packets
    let first = play
    if (this.rung.codec === 'opus') {
      const missed = from - OPUS_WARM_UP_MS * this.framesPerMs
      first = Math.min(play, history.indexAfter(Math.max(listener.decodedTo, missed)))
    }
    const frame = compose(history, first, play, history.length, true)
    listener.sendAudio(frame, from, to, packets + play - first)
  }

  #batch(size: number): Message {
    let message = this.#batches.get(size)
    if (message === undefined) {
      const { history } = this
      // After a gap longer than it reaches, the history has the newest only.
      const first = Math.max(0, history.length - size)
      const frame = compose(history, first, first, history.length, false)
      const packets = history.length - first
      message = { frame, from: history.fromAt(first), to: history.newestTo, packets }
      this.#batches.set(size, message)
    }
    return message
  }

  /** Only where both sizes begin, so that nothing is left out or sent twice. */
  #changeBatch(listener: Listener): void {
    if (this.#published % Math.max(listener.batch, listener.wantedBatch) === 0)
      listener.batch = listener.wantedBatch
  }
}
