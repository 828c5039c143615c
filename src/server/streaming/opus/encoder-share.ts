// Thread: server. One source's Opus rungs for several ladders: each is encoded once, whoever listens to it.
import type { OpusRung } from '../../../shared/rungs.ts'
import type { PacketHeader } from '../../../shared/wire/packet.ts'
import type { Encoders } from '../encoders.ts'
import type { RungPacket } from '../rung-packet.ts'
import type { StreamShape } from './messages.ts'

type OnPacket = (packet: RungPacket) => void

/**
 * The source's side calls `begin`, `push`, `end` and `stop`, once for all; each ladder has a side of its own, which only
 * opens and closes. A rung is opened by its first user and closed by its last.
 */
export class EncoderShare {
  readonly #encoders: Encoders
  /** Who listens to each rung; a new list each time, because a packet may be on its way through it. */
  readonly #users = new Map<OpusRung, readonly OnPacket[]>()

  constructor(encoders: Encoders) {
    this.#encoders = encoders
  }

  get counters(): Encoders['counters'] {
    return this.#encoders.counters
  }

  begin(stream: StreamShape): void {
    this.#encoders.begin(stream)
  }

  push(packet: Buffer, header: Readonly<PacketHeader>): void {
    this.#encoders.push(packet, header)
  }

  end(): void {
    this.#encoders.end()
  }

  async stop(): Promise<void> {
    this.#users.clear()
    await this.#encoders.stop()
  }

  /** For one more ladder. To stop it closes what it has open, and nothing of the others. */
  side(): Encoders {
    return new Side(this)
  }

  /** `before`: what this user was told by until now. */
  open(rung: OpusRung, onPacket: OnPacket, before: OnPacket | undefined): void {
    const users = this.#users.get(rung) ?? []
    this.#users.set(rung, [...users.filter((one) => one !== before), onPacket])
    if (users.length > 0) return
    this.#encoders.open(rung, (packet) => {
      for (const user of this.#users.get(rung) ?? []) user(packet)
    })
  }

  close(rung: OpusRung, onPacket: OnPacket): void {
    const users = this.#users.get(rung)
    if (users === undefined) return
    const left = users.filter((one) => one !== onPacket)
    if (left.length > 0) {
      this.#users.set(rung, left)
      return
    }
    this.#users.delete(rung)
    this.#encoders.close(rung)
  }
}

/** What one ladder has open. */
class Side implements Encoders {
  readonly #share: EncoderShare
  readonly #open = new Map<OpusRung, OnPacket>()
  #stopped = false

  constructor(share: EncoderShare) {
    this.#share = share
  }

  get counters(): Encoders['counters'] {
    return this.#share.counters
  }

  open(rung: OpusRung, onPacket: OnPacket): void {
    if (this.#stopped) return
    // Its own function, so that the same one given by two sides is two users.
    const own: OnPacket = (packet) => onPacket(packet)
    this.#share.open(rung, own, this.#open.get(rung))
    this.#open.set(rung, own)
  }

  close(rung: OpusRung): void {
    const own = this.#open.get(rung)
    if (own === undefined) return
    this.#open.delete(rung)
    this.#share.close(rung, own)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const rung of [...this.#open.keys()]) this.close(rung)
  }

  begin(): void {}
  push(): void {}
  end(): void {}
}
