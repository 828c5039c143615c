import { OPUS_WARM_UP_MS, type Rung } from '../../shared/rungs.ts'
import { compose } from './compose.ts'
import { History } from './history.ts'
import { OVERLAP_MS, SETTLE_MS, START_MS } from './limits.ts'
import type { Listener } from './listener.ts'
import type { RungPacket } from './rung-packet.ts'
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
 * One rung of the session: who listens to it, what it said last, and the same bytes to everybody, each under its own
 * backpressure. Main thread; nothing here waits.
 */
export class RungStream {
  readonly rung: Rung
  readonly history = new History()
  readonly #listeners: Listener[] = []
  readonly #single: Message = { frame: NOTHING, from: 0, to: 0, packets: 1 }
  /** Of the packets published last, by their number; made when the first listener wants one. */
  readonly #batches = new Map<number, Message>()
  #framesPerMs = 1
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
    this.#framesPerMs = rateHz / 1000
    this.#published = 0
    this.history.begin(rateHz)
  }

  /** Takes the listener in, at the live end. */
  add(listener: Listener): void {
    listener.batch = 1
    listener.wantedBatch = 1
    this.#listeners.push(listener)
  }

  remove(listener: Listener): void {
    const index = this.#listeners.indexOf(listener)
    if (index >= 0) this.#listeners.splice(index, 1)
  }

  /** Another listener is first each time, so that none is always the last to be served. */
  publish(packet: RungPacket): void {
    const single = this.#single
    single.frame = frameBinary(packet.bytes)
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
      const { batch } = listener
      if (batch === 1) this.#offer(listener, single)
      else if (this.#published % batch === 0) this.#offer(listener, this.#batch(batch))
      if (listener.wantedBatch !== batch) this.#changeBatch(listener)
    }
    if (this.#batches.size > 0) this.#batches.clear()
  }

  /** What a new listener needs to start at once: the end of what there is. */
  start(listener: Listener): void {
    const { history } = this
    const play = history.indexAfter(history.newestTo - START_MS * this.#framesPerMs)
    if (play < history.length) this.#replay(listener, play, Number.NEGATIVE_INFINITY, false)
  }

  /** Does the history reach back to before `sentTo`, with what a switch there needs? */
  reaches(sentTo: number): boolean {
    const { history } = this
    if (history.length === 0) return false
    const settleMs = this.rung.codec === 'opus' ? SETTLE_MS : 0
    return history.fromAt(0) <= sentTo - (OVERLAP_MS + settleMs) * this.#framesPerMs
  }

  /** Has it come to where a listener is that was sent everything to `sentTo`? */
  isAt(sentTo: number): boolean {
    return this.history.newestTo > sentTo - OVERLAP_MS * this.#framesPerMs
  }

  /** Sends what follows `sentTo`, and a little before it to cross-fade. */
  follow(listener: Listener, sentTo: number): void {
    const { history } = this
    const overlapFrom = sentTo - OVERLAP_MS * this.#framesPerMs
    const longAgo = history.newestTo - 2 * START_MS * this.#framesPerMs
    const play = history.indexAfter(Math.max(overlapFrom, longAgo))
    if (play < history.length) this.#replay(listener, play, Number.NEGATIVE_INFINITY, longAgo > overlapFrom)
  }

  #offer(listener: Listener, message: Message): void {
    const ms = (message.to - message.from) / this.#framesPerMs
    const admission = listener.admit(message.frame.length, ms, message.packets)
    if (admission === 'send') listener.sendAudio(message.frame, message.from, message.to, message.packets)
    // What a decoder missed it is told after all, as far as that is not played any more.
    else if (admission === 'resume')
      this.#replay(listener, this.history.length - message.packets, listener.decodedTo, true)
  }

  /** From packet `play` to the newest; for a decoder also what is before it, but not from before `missedFrom`. */
  #replay(listener: Listener, play: number, missedFrom: number, gap: boolean): void {
    const { history } = this
    const end = history.length
    const from = history.fromAt(play)
    let first = play
    if (this.rung.codec === 'opus')
      first = Math.min(
        play,
        history.indexAfter(Math.max(missedFrom, from - OPUS_WARM_UP_MS * this.#framesPerMs)),
      )
    const frame = compose(history, first, play, end, gap)
    listener.sendAudio(frame, from, history.newestTo, end - first)
  }

  #batch(size: number): Message {
    let message = this.#batches.get(size)
    if (message === undefined) {
      const { history } = this
      const first = history.length - size
      const frame = compose(history, first, first, history.length, false)
      message = { frame, from: history.fromAt(first), to: history.newestTo, packets: size }
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
