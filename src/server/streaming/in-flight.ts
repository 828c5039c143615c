import { RECEIPT_MS } from '../../shared/wire/control.ts'
import { Laps } from './laps.ts'
import { HELD_MS, RESUME_BELOW_MS, SKIP_ABOVE_MS } from './limits.ts'
import { Way } from './way.ts'

/** Gaps between what was sent and what a receipt named; more are taken for one. */
const MAX_GAPS = 16
/** Audio sent between two receipts, as a part of the time; batches make it uneven. */
const FLOWING = 0.6
/** A receipt older than this says nothing of now. */
const OVERDUE_MS = 2.5 * RECEIPT_MS
/** Frames. Opus positions in the stream's own rate are not whole. */
const TOUCHING = 1

/**
 * How much audio is on its way to one listener: what was sent beyond its last receipt, without the holes in it. It says
 * when too much is, and when it is little enough to go on. Does not allocate while audio is sent without holes.
 */
export class InFlight {
  /** Ends and beginnings of audio around each hole, frames. */
  readonly #gaps: { from: number; to: number }[] = []
  readonly #laps = new Laps()
  readonly #way = new Way()
  #msPerFrame = 1
  /** Positions here are those of the laps' line. */
  #sentTo = Number.NaN
  #startedAt = Number.NaN
  #receivedTo = Number.NaN
  #holding = false
  /** Since when it has held now and then, and nothing was learnt of the way. */
  #heldSinceMs = Number.NaN
  /** Nothing is sent before all of it is in a receipt: what is sent then measures the way, … */
  #draining = false
  /** … from there, … */
  #emptyAt = Number.NaN
  /** … since then. */
  #emptyAtMs = Number.NaN
  /** Audio was left out, and none has been sent since. */
  #interrupted = false
  /** At the last receipt. */
  #receiptAtMs = Number.NaN
  #sentToThen = Number.NaN
  #queuedThenMs = Number.NaN

  /** Too much was in flight, and still is more than it may be to go on. */
  get holding(): boolean {
    return this.#holding
  }

  /** End of what was sent, frames; NaN before the first of a stream. */
  get sentTo(): number {
    return this.#laps.fromLine(this.#sentTo)
  }

  /** Sent and not in a receipt. */
  get ms(): number {
    if (Number.isNaN(this.#sentTo)) return 0
    let frames = this.#sentTo - this.#receivedTo
    for (const gap of this.#gaps) frames -= gap.to - Math.max(gap.from, this.#receivedTo)
    return frames * this.#msPerFrame
  }

  /** What the way takes, as far as that is believed. */
  get baselineMs(): number {
    return this.#way.ms
  }

  /** The same, however much that is; NaN while nothing is known. */
  get roundTripMs(): number {
    return this.#way.roundTripMs
  }

  /** Beyond what the way takes: what waits somewhere. */
  get queuedMs(): number {
    return Math.max(0, this.ms - this.#way.ms)
  }

  /** What waited when the last receipt came: `queuedMs` grows from one to the next by itself. While none comes, that. */
  steadyMs(nowMs: number): number {
    const known = nowMs - this.#receiptAtMs <= OVERDUE_MS && !Number.isNaN(this.#queuedThenMs)
    return known ? this.#queuedThenMs : this.queuedMs
  }

  /** A stream begins; the way stays the same. */
  begin(rateHz: number): void {
    this.#msPerFrame = 1000 / rateHz
    this.#gaps.length = 0
    this.#laps.begin()
    this.#sentTo = Number.NaN
    this.#startedAt = Number.NaN
    this.#receivedTo = Number.NaN
    this.#sentToThen = Number.NaN
    this.#queuedThenMs = Number.NaN
    this.#holding = false
    this.#interrupted = false
    this.#heldSinceMs = Number.NaN
    this.#draining = false
    this.#emptyAt = Number.NaN
  }

  /** The round trip as it was before any audio was under way: nothing of ours waited then. Once, and first. */
  wayIs(roundTripMs: number): void {
    this.#way.is(roundTripMs)
  }

  /** Audio was left out or kept back, for whatever reason. */
  leftOut(): void {
    this.#interrupted = true
  }

  /** May `ms` more be sent? */
  admits(ms: number): boolean {
    const inFlight = this.ms
    if (this.#holding) this.#holding = this.#draining || inFlight >= RESUME_BELOW_MS + this.#way.ms
    else this.#holding = inFlight + ms > SKIP_ABOVE_MS + this.#way.ms
    return !this.#holding
  }

  /** What was sent from `position` on is sent again; `packets`: of the connection so far. */
  turnBack(position: number, packets: number): void {
    if (!(position < this.sentTo)) return
    this.#laps.turn(position, this.#sentTo, packets)
  }

  /** `packets`: of the connection so far, these with them. */
  sent(fromPosition: number, toPosition: number, packets = Number.POSITIVE_INFINITY): void {
    const from = this.#laps.toLine(fromPosition)
    const to = this.#laps.toLine(toPosition)
    this.#laps.sent(to, packets)
    if (Number.isNaN(this.#sentTo)) {
      this.#startedAt = from
      this.#receivedTo = from
    } else if (to <= this.#sentTo) return
    else if (from > this.#sentTo + TOUCHING) this.#addGap(this.#sentTo, from)
    this.#sentTo = to
    this.#interrupted = false
  }

  /** A receipt names `position`, and all packets of the connection. What can not be is taken for the nearest that can. */
  received(named: number, nowMs: number, packets = Number.POSITIVE_INFINITY): void {
    const position = this.#laps.received(named, packets)
    if (!(position > this.#startedAt)) return
    this.#receivedTo = Math.max(this.#receivedTo, Math.min(position, this.#sentTo))
    while (this.#gaps[0] !== undefined && this.#gaps[0].to <= this.#receivedTo) this.#gaps.shift()
    if (this.#receivedTo > this.#emptyAt) this.#measured(nowMs - this.#emptyAtMs)
    else if (this.#flows(nowMs)) this.#learn(nowMs)
    else this.#isHeld(nowMs)
    this.#receiptAtMs = nowMs
    this.#sentToThen = this.#sentTo
    this.#queuedThenMs = this.queuedMs
  }

  /** What is in flight is what the way takes only while audio is sent as it is made, without holes. */
  #flows(nowMs: number): boolean {
    if (this.#interrupted || this.#gaps.length > 0) return false
    const sentMs = (this.#sentTo - this.#sentToThen) * this.#msPerFrame
    return sentMs >= FLOWING * (nowMs - this.#receiptAtMs)
  }

  #addGap(from: number, to: number): void {
    const last = this.#gaps.at(-1)
    if (last !== undefined && this.#gaps.length >= MAX_GAPS) last.to = to
    else this.#gaps.push({ from, to })
  }

  #learn(nowMs: number): void {
    this.#way.learn(this.ms, nowMs)
    this.#heldSinceMs = Number.NaN
  }

  /**
   * While too much is in flight nothing can be learnt, so a way that has become longer would look like a queue for ever. What tells
   * them apart is how long the first audio takes after all the rest has been received.
   */
  #isHeld(nowMs: number): void {
    if (this.#draining) {
      if (this.#sentTo - this.#receivedTo <= TOUCHING) {
        this.#emptyAt = this.#sentTo
        this.#emptyAtMs = nowMs
      } else if (nowMs - this.#heldSinceMs < 2 * HELD_MS) return
      // Else it never says that it has all: nobody is silent for that.
      else this.#heldSinceMs = nowMs
      this.#draining = false
    } else if (this.#holding) {
      if (Number.isNaN(this.#heldSinceMs)) this.#heldSinceMs = nowMs
      this.#draining = nowMs - this.#heldSinceMs > HELD_MS && Number.isNaN(this.#emptyAt)
    }
  }

  #measured(acknowledgedMs: number): void {
    this.#way.changed(acknowledgedMs)
    this.#emptyAt = Number.NaN
    this.#heldSinceMs = Number.NaN
  }
}
