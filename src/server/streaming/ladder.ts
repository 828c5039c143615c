import { segmentAt } from '../../shared/room/segments.ts'
import type { RungName } from '../../shared/rungs.ts'
import { CODEC, type PacketHeader } from '../../shared/wire/packet.ts'
import type { Encoders } from './encoders.ts'
import { RUNG_LINGER_MS, STALE_RUNG_MS } from './limits.ts'
import type { Listener } from './listener.ts'
import { type Offer, offersOf } from './offers.ts'
import { OpenRungs } from './open-rungs.ts'
import type { RungStream } from './rung-stream.ts'

export type { Encoders }

/** Every page plays it, as soon as it is there. */
const LENDER: RungName = 'pcm16'

/** On the way from one rung to another. */
interface Move {
  to: RungName
  reason: string
  /** It has been taken out of its old rung, and waits for the new one to come to where it is. */
  left: boolean
}

export interface LadderOptions {
  encoders: Encoders
  nowMs: () => number
  /** Tells a listener what it gets from now on. */
  configure: (listener: Listener) => void
}

/** The rungs of one session: opened when somebody listens, closed a while after the last has left. Main thread. */
export class Ladder {
  readonly #options: LadderOptions
  readonly #rungs: OpenRungs
  readonly #moves = new Map<Listener, Move>()
  #offers: Offer[] = []

  constructor(options: LadderOptions) {
    this.#options = options
    const { encoders, nowMs } = options
    this.#rungs = new OpenRungs({ encoders, nowMs, onPacket: (name) => this.#published(name) })
  }

  /** What the stream that plays can be had as, best first; empty before the first. */
  get offers(): readonly Offer[] {
    return this.#offers
  }

  /** What handing out packets has taken, ms; of all rungs, also of those that come later than the source's packets. */
  get busyMs(): number {
    return this.#rungs.busyMs
  }

  get open(): readonly RungStream[] {
    return this.#rungs.streams
  }

  /** A stream begins, with packets of this codec. */
  begin(stream: { streamId: number; rateHz: number; periodFrames: number }, codec: number): void {
    this.#offers = offersOf(stream.rateHz, stream.periodFrames, codec === CODEC.pcmF32)
    this.#rungs.begin(stream)
  }

  /** Before the configs of a new stream go out: listeners are on rungs that it has, and none is between two. */
  settle(listeners: Iterable<Listener>): void {
    for (const listener of listeners) {
      const move = this.#moves.get(listener)
      const wanted = move?.to ?? listener.rung
      const rung = this.#offers.some(({ name }) => name === wanted) ? wanted : 'pcm16'
      this.#moves.delete(listener)
      this.#begin(listener)
      if (rung === listener.rung && !move?.left) continue
      this.#rungs.get(listener.rung)?.stream.remove(listener)
      this.#rungs.use(rung).stream.add(listener)
      if (rung !== listener.rung) listener.switched(rung, move?.reason ?? 'the source has no such rung')
    }
  }

  /** The source has gone; the rungs stay open for the next stream. */
  end(): void {
    this.#rungs.end()
  }

  /** A packet of the source. The bytes may be kept, not changed. */
  publish(packet: Buffer, header: Readonly<PacketHeader>): void {
    this.#rungs.publish(packet, header)
  }

  /** Takes a new listener in on the rung it starts with. Its config has not been sent yet: see `start`. */
  add(listener: Listener): void {
    const wanted = listener.rung
    if (this.#offers.length > 0 && !this.#offers.some(({ name }) => name === wanted)) listener.rung = 'pcm16'
    this.#begin(listener)
  }

  /**
   * After its config: from here on it gets audio, first what there was and is not too late for its group; from room
   * position `from` on, if it asks for that.
   */
  start(listener: Listener, from?: number): void {
    const { stream, spokeAtMs } = this.#rungs.use(listener.rung)
    const speaks = this.#options.nowMs() - spokeAtMs <= STALE_RUNG_MS
    stream.add(listener)
    if (this.#rungs.playing === undefined || this.#lend(listener, stream, from)) return
    if (speaks) stream.start(listener, from)
  }

  /**
   * It has another group, or none any more, and its route and patience are of that: it is sent what is not too late there,
   * from room position `from` on if it asks for that.
   */
  restart(listener: Listener, from?: number): void {
    const move = this.#moves.get(listener)
    if (move?.left) this.#arrive(listener, move, this.#rungs.use(move.to).stream)
    const { stream } = this.#rungs.use(listener.rung)
    if (this.#rungs.playing === undefined || this.#lend(listener, stream, from)) return
    stream.start(listener, from)
  }

  remove(listener: Listener): void {
    this.#moves.delete(listener)
    const open = this.#rungs.get(listener.rung)
    if (open === undefined) return
    open.stream.remove(listener)
    // It may come back for what it has missed.
    open.lingerMs = Math.max(open.lingerMs, RUNG_LINGER_MS + listener.patienceMs)
  }

  /** The oldest position of the stream that all rungs of these listeners remember; NaN when there is none. */
  oldest(listeners: Iterable<Listener>): number {
    let oldest = Number.NaN
    for (const listener of listeners) {
      const history = this.#rungs.get(this.#servedBy(listener))?.stream.history
      if (history === undefined || history.length === 0) return Number.NaN
      if (!(history.fromAt(0) <= oldest)) oldest = history.fromAt(0)
    }
    return oldest
  }

  /** So far behind live, and no further, the listener's rung can remember, frames; 0 when there is none. */
  reachFrames(listener: Listener): number {
    return this.#rungs.get(this.#servedBy(listener))?.stream.history.reachFrames ?? 0
  }

  /** Where it is, or is on its way to. */
  bound(listener: Listener): RungName {
    return this.#moves.get(listener)?.to ?? listener.rung
  }

  /** Brings the listener to another rung, as soon as that has what it needs. */
  move(listener: Listener, to: RungName, reason: string): void {
    const before = this.#moves.get(listener)
    if (before?.to === to) return
    if (to === listener.rung && !before?.left) {
      this.#moves.delete(listener)
      return
    }
    const move = { to, reason, left: before?.left ?? false }
    this.#moves.set(listener, move)
    this.#rungs.use(to)
    this.#advance(listener, move)
  }

  /** Now and then: closes what nobody needs any more. */
  tick(nowMs: number): void {
    for (const { to } of this.#moves.values()) this.#rungs.use(to)
    this.#rungs.tick(nowMs)
  }

  /** The server stood still for so long: no rung could have said anything. */
  excuse(lateMs: number): void {
    this.#rungs.excuse(lateMs)
  }

  /** What the listener is on, or has left its old rung for, plays nothing although there is something to play. */
  isMute(listener: Listener, nowMs: number): boolean {
    return this.#rungs.isMute(this.#servedBy(listener), nowMs)
  }

  /** The rung that sends it what comes next: none yet, while it waits for that to come to where it is. */
  #servedBy(listener: Listener): RungName {
    const move = this.#moves.get(listener)
    return move?.left ? move.to : listener.rung
  }

  #begin(listener: Listener): void {
    const stream = this.#rungs.playing
    if (stream !== undefined) listener.begin(stream.streamId, stream.rateHz)
  }

  #published(name: RungName): void {
    if (this.#moves.size === 0) return
    for (const [listener, move] of this.#moves) {
      if (move.to === name) this.#advance(listener, move)
    }
  }

  /** Takes the switch as far as it can go now. */
  #advance(listener: Listener, move: Move): void {
    const open = this.#rungs.get(move.to)
    if (open === undefined || this.#rungs.playing === undefined) return
    const next = open.stream
    listener.reroute()
    const { streamNext } = listener.place
    // What was left out, or never was, has no end that the new rung could join on to: it goes on at the edge.
    // So does who leaves a rung that has fallen silent: what it sent last lies before what the new one remembers.
    const mute = this.#rungs.isMute(listener.rung, this.#options.nowMs())
    const isNew = Number.isNaN(streamNext)
    const joins = isNew || listener.skipping || (mute && !listener.patient)
    const at = joins ? next.history.newestTo - listener.place.segment.shift : streamNext
    if (!move.left) {
      if (next.history.length === 0 || this.#options.nowMs() - open.spokeAtMs > STALE_RUNG_MS) return
      const mustReach = joins ? listener.place.segment.shift > 0 : !mute
      if (mustReach && !next.reaches(at)) return
      this.#rungs.get(listener.rung)?.stream.remove(listener)
      move.left = true
    }
    if (!joins && !next.isAt(at)) return
    this.#arrive(listener, move, next)
    if (isNew) next.start(listener)
    else if (joins) next.join(listener)
    else next.follow(listener)
  }

  /**
   * A room that is behind live plays what a rung that has just been opened does not remember: until it does, the listener is
   * served by the one that everybody understands, if that remembers it.
   */
  #lend(listener: Listener, own: RungStream, from?: number): boolean {
    const lender = this.#rungs.get(LENDER)?.stream
    if (lender === undefined || lender === own || lender.history.length === 0) return false
    const { segments, delayMs } = listener.route
    const edge = lender.history.newestTo
    const { shift } = segmentAt(segments, edge)
    const at = (from ?? edge - delayMs * lender.framesPerMs) - shift
    if (shift <= 0 || own.reaches(at) || !lender.reaches(at)) return false
    const to = listener.rung
    own.remove(listener)
    this.#arrive(listener, { to: LENDER, reason: 'remembers what the room plays', left: true }, lender)
    lender.start(listener, from)
    this.move(listener, to, 'remembers it, too')
    return true
  }

  #arrive(listener: Listener, move: Move, next: RungStream): void {
    this.#moves.delete(listener)
    listener.switched(move.to, move.reason)
    this.#options.configure(listener)
    next.add(listener)
  }
}
