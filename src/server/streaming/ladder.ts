import { type OpusRung, type RungName, rungNamed } from '../../shared/rungs.ts'
import { CODEC, type PacketHeader } from '../../shared/wire/packet.ts'
import { MUTE_RUNG_MS, RUNG_LINGER_MS, STALE_RUNG_MS } from './limits.ts'
import type { Listener } from './listener.ts'
import { type Offer, offersOf } from './offers.ts'
import { toPcm16 } from './pcm16.ts'
import type { RungPacket } from './rung-packet.ts'
import { RungStream } from './rung-stream.ts'

/** What makes the Opus rungs: `opus/opus-encoders.ts`. */
export interface Encoders {
  begin(stream: { streamId: number; rateHz: number; periodFrames: number }): void
  open(rung: OpusRung, onPacket: (packet: RungPacket) => void): void
  close(rung: OpusRung): void
  push(packet: Buffer, header: Readonly<PacketHeader>): void
  end(): void
  stop(): Promise<void>
  readonly counters: { packetsEncoded: number; packetsShed: number; restarts: number }
}

/** A rung that is open. */
interface Open {
  stream: RungStream
  /** Since when nobody listens to it. */
  emptyAtMs: number | undefined
  /** When it last had something to say. */
  spokeAtMs: number
}

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
  readonly #open = new Map<RungName, Open>()
  readonly #moves = new Map<Listener, Move>()
  #offers: Offer[] = []
  #stream: { streamId: number; rateHz: number } | undefined
  readonly #passed: RungPacket = { bytes: Buffer.alloc(0), from: 0, to: 0, sequence: 0 }

  constructor(options: LadderOptions) {
    this.#options = options
  }

  /** What the stream that plays can be had as, best first; empty before the first. */
  get offers(): readonly Offer[] {
    return this.#offers
  }

  get open(): readonly RungStream[] {
    return [...this.#open.values()].map(({ stream }) => stream)
  }

  /** A stream begins, with packets of this codec. */
  begin(stream: { streamId: number; rateHz: number; periodFrames: number }, codec: number): void {
    const { streamId, rateHz, periodFrames } = stream
    this.#stream = { streamId, rateHz }
    this.#offers = offersOf(rateHz, periodFrames, codec === CODEC.pcmF32)
    this.#options.encoders.begin(stream)
    const nowMs = this.#options.nowMs()
    for (const open of this.#open.values()) {
      open.stream.begin(rateHz)
      open.spokeAtMs = nowMs
    }
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
      this.#open.get(listener.rung)?.stream.remove(listener)
      this.#openRung(rung).stream.add(listener)
      if (rung !== listener.rung) listener.switched(rung, move?.reason ?? 'the source has no such rung')
    }
  }

  /** The source has gone; the rungs stay open for the next stream. */
  end(): void {
    this.#stream = undefined
    this.#options.encoders.end()
  }

  /** A packet of the source. The bytes may be kept, not changed. */
  publish(packet: Buffer, header: Readonly<PacketHeader>): void {
    if (header.codec === CODEC.pcmF32) {
      const whole = this.#open.get('pcm-f32')
      if (whole !== undefined) this.#pass(whole, packet, header)
      const pcm16 = this.#open.get('pcm16')
      if (pcm16 !== undefined) this.#pass(pcm16, toPcm16(packet, header), header)
    } else {
      const pcm16 = this.#open.get('pcm16')
      if (pcm16 !== undefined) this.#pass(pcm16, packet, header)
    }
    this.#options.encoders.push(packet, header)
  }

  /** Takes a new listener in on the rung it starts with. Its config has not been sent yet: see `start`. */
  add(listener: Listener): void {
    const wanted = listener.rung
    if (this.#offers.length > 0 && !this.#offers.some(({ name }) => name === wanted)) listener.rung = 'pcm16'
    this.#begin(listener)
  }

  /** After its config: from here on it gets audio, the last of what there was first. */
  start(listener: Listener): void {
    const { stream, spokeAtMs } = this.#openRung(listener.rung)
    const speaks = this.#options.nowMs() - spokeAtMs <= STALE_RUNG_MS
    if (this.#stream !== undefined && speaks) stream.start(listener)
    stream.add(listener)
  }

  remove(listener: Listener): void {
    this.#moves.delete(listener)
    this.#open.get(listener.rung)?.stream.remove(listener)
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
    this.#openRung(to)
    this.#advance(listener, move)
  }

  /** Now and then: closes what nobody needs any more. */
  tick(nowMs: number): void {
    for (const move of this.#moves.values()) this.#use(move.to)
    for (const [name, open] of this.#open) {
      if (open.stream.size > 0) open.emptyAtMs = undefined
      else if (open.emptyAtMs === undefined) open.emptyAtMs = nowMs
      else if (nowMs - open.emptyAtMs >= RUNG_LINGER_MS) this.#close(name)
    }
  }

  /** What the listener is on, or has left its old rung for, plays nothing although there is something to play. */
  isMute(listener: Listener, nowMs: number): boolean {
    const move = this.#moves.get(listener)
    return this.#isMuteRung(move?.left ? move.to : listener.rung, nowMs)
  }

  #isMuteRung(name: RungName, nowMs: number): boolean {
    const open = this.#open.get(name)
    return this.#stream !== undefined && open !== undefined && nowMs - open.spokeAtMs > MUTE_RUNG_MS
  }

  #begin(listener: Listener): void {
    const stream = this.#stream
    if (stream !== undefined) listener.begin(stream.streamId, stream.rateHz)
  }

  #use(name: RungName): void {
    const open = this.#open.get(name)
    if (open !== undefined) open.emptyAtMs = undefined
  }

  #openRung(name: RungName): Open {
    const existing = this.#open.get(name)
    if (existing !== undefined) {
      existing.emptyAtMs = undefined
      return existing
    }
    const rung = rungNamed(name)
    const stream = new RungStream(rung)
    const open: Open = { stream, emptyAtMs: undefined, spokeAtMs: this.#options.nowMs() }
    this.#open.set(name, open)
    if (this.#stream !== undefined) stream.begin(this.#stream.rateHz)
    if (rung.codec === 'opus') this.#options.encoders.open(rung, (packet) => this.#publish(open, packet))
    return open
  }

  #close(name: RungName): void {
    this.#open.delete(name)
    const rung = rungNamed(name)
    if (rung.codec === 'opus') this.#options.encoders.close(rung)
  }

  #pass(open: Open, bytes: Buffer, { position, frames, sequence }: Readonly<PacketHeader>): void {
    const packet = this.#passed
    packet.bytes = bytes
    packet.from = position
    packet.to = position + frames
    packet.sequence = sequence
    this.#publish(open, packet)
  }

  #publish(open: Open, packet: RungPacket): void {
    open.spokeAtMs = this.#options.nowMs()
    open.stream.publish(packet)
    if (this.#moves.size === 0) return
    for (const [listener, move] of this.#moves) {
      if (move.to === open.stream.rung.name) this.#advance(listener, move)
    }
  }

  /** Takes the switch as far as it can go now. */
  #advance(listener: Listener, move: Move): void {
    const open = this.#open.get(move.to)
    if (open === undefined || this.#stream === undefined) return
    const next = open.stream
    const { sentTo } = listener.flow
    // What was left out, or never was, has no end that the new rung could join on to: it goes on live.
    // So does who leaves a rung that has fallen silent: what it sent last lies before what the new one remembers.
    const live =
      listener.skipping || Number.isNaN(sentTo) || this.#isMuteRung(listener.rung, this.#options.nowMs())
    if (!move.left) {
      if (next.history.length === 0 || this.#options.nowMs() - open.spokeAtMs > STALE_RUNG_MS) return
      if (!live && !next.reaches(sentTo)) return
      this.#open.get(listener.rung)?.stream.remove(listener)
      move.left = true
    }
    if (!live && !next.isAt(sentTo)) return
    this.#moves.delete(listener)
    listener.switched(move.to, move.reason)
    this.#options.configure(listener)
    if (Number.isNaN(sentTo)) next.start(listener)
    else if (!live) next.follow(listener, sentTo)
    next.add(listener)
  }
}
