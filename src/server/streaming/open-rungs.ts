import { type RungName, rungNamed } from '../../shared/rungs.ts'
import { CODEC, type PacketHeader } from '../../shared/wire/packet.ts'
import type { Encoders } from './encoders.ts'
import { MUTE_RUNG_MS, RUNG_LINGER_MS } from './limits.ts'
import { toPcm16 } from './pcm16.ts'
import type { RungPacket } from './rung-packet.ts'
import { RungStream } from './rung-stream.ts'

/** A rung that is open. */
export interface OpenRung {
  readonly stream: RungStream
  /** Since when nobody listens to it. */
  emptyAtMs: number | undefined
  /** When it last had something to say. */
  spokeAtMs: number
  /** How long it is kept when nobody listens to it. */
  lingerMs: number
}

export interface OpenRungsOptions {
  encoders: Encoders
  nowMs: () => number
  /** A rung has handed out a packet. */
  onPacket: (name: RungName) => void
}

/** The rungs that are open, and what the source's packets become on each. Main thread. */
export class OpenRungs {
  readonly #options: OpenRungsOptions
  readonly #open = new Map<RungName, OpenRung>()
  #stream: { streamId: number; rateHz: number } | undefined
  #busyMs = 0
  readonly #passed: RungPacket = { bytes: Buffer.alloc(0), from: 0, to: 0, sequence: 0 }

  constructor(options: OpenRungsOptions) {
    this.#options = options
  }

  get streams(): readonly RungStream[] {
    return [...this.#open.values()].map(({ stream }) => stream)
  }

  /** What plays; undefined while nothing does. */
  get playing(): { streamId: number; rateHz: number } | undefined {
    return this.#stream
  }

  /** What handing out packets has taken, of all rungs. */
  get busyMs(): number {
    return this.#busyMs
  }

  get(name: RungName): OpenRung | undefined {
    return this.#open.get(name)
  }

  /** Opens it, where it is not. */
  use(name: RungName): OpenRung {
    const existing = this.#open.get(name)
    if (existing !== undefined) {
      existing.emptyAtMs = undefined
      return existing
    }
    const rung = rungNamed(name)
    const stream = new RungStream(rung)
    const spokeAtMs = this.#options.nowMs()
    const open: OpenRung = { stream, emptyAtMs: undefined, spokeAtMs, lingerMs: RUNG_LINGER_MS }
    this.#open.set(name, open)
    if (this.#stream !== undefined) stream.begin(this.#stream.rateHz)
    if (rung.codec === 'opus') this.#options.encoders.open(rung, (packet) => this.#publish(open, packet))
    return open
  }

  begin(stream: { streamId: number; rateHz: number; periodFrames: number }): void {
    const { streamId, rateHz } = stream
    this.#stream = { streamId, rateHz }
    this.#options.encoders.begin(stream)
    const nowMs = this.#options.nowMs()
    for (const open of this.#open.values()) {
      open.stream.begin(rateHz)
      open.spokeAtMs = nowMs
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

  /** Closes what nobody has needed for long. */
  tick(nowMs: number): void {
    for (const [name, open] of this.#open) {
      if (open.stream.size > 0) open.emptyAtMs = undefined
      else if (open.emptyAtMs === undefined) open.emptyAtMs = nowMs
      else if (nowMs - open.emptyAtMs >= open.lingerMs) this.#close(name)
    }
  }

  /** The server stood still for so long: no rung could have said anything. */
  excuse(lateMs: number): void {
    for (const open of this.#open.values()) open.spokeAtMs += lateMs
  }

  /** It plays nothing although there is something to play. */
  isMute(name: RungName, nowMs: number): boolean {
    const open = this.#open.get(name)
    return this.#stream !== undefined && open !== undefined && nowMs - open.spokeAtMs > MUTE_RUNG_MS
  }

  #close(name: RungName): void {
    this.#open.delete(name)
    const rung = rungNamed(name)
    if (rung.codec === 'opus') this.#options.encoders.close(rung)
  }

  #pass(open: OpenRung, bytes: Buffer, { position, frames, sequence }: Readonly<PacketHeader>): void {
    const packet = this.#passed
    packet.bytes = bytes
    packet.from = position
    packet.to = position + frames
    packet.sequence = sequence
    this.#publish(open, packet)
  }

  #publish(open: OpenRung, packet: RungPacket): void {
    open.spokeAtMs = this.#options.nowMs()
    open.stream.publish(packet)
    this.#options.onPacket(open.stream.rung.name)
    this.#busyMs += this.#options.nowMs() - open.spokeAtMs
  }
}
