// Thread: capture child. Hands packets to the server on credit. A pipe queues without a bound and does not tell,
// so what is on its way is counted here, in frames, against the server's acks. Pure; allocates only when built.
import type { SampleBits } from '../shared/capture-messages.ts'
import { FLAG_GAP } from '../shared/wire/packet.ts'
import { type Packet, PacketPool } from './packet-pool.ts'

/** What may wait here once the credit is used up. */
const WAITING_MS = 200

export interface HandOverOptions {
  streamId: number
  rateHz: number
  /** Frames of every packet. */
  frames: number
  bits: SampleBits
  creditMs: number
  send(bytes: Uint8Array): void
}

export class HandOver {
  /** Packets the server was too late to take: the oldest go first. */
  droppedBlocks = 0
  droppedFrames = 0

  readonly #frames: number
  readonly #send: (bytes: Uint8Array) => void
  readonly #creditPackets: number
  readonly #waitingLimit: number
  readonly #pool: PacketPool
  readonly #waiting: Packet[] = []
  /** End positions of what was sent and not yet acked; as many as the credit. */
  readonly #sentEnds: number[] = []
  #sequence = 0
  #nextPosition = 0

  constructor({ streamId, rateHz, frames, bits, creditMs, send }: HandOverOptions) {
    this.#frames = frames
    this.#send = send
    this.#creditPackets = Math.floor((rateHz * creditMs) / 1000 / frames)
    this.#waitingLimit = Math.floor((rateHz * WAITING_MS) / 1000 / frames)
    // One is being filled, one is being dropped.
    this.#pool = new PacketPool(streamId, frames, bits, this.#creditPackets + this.#waitingLimit + 2)
  }

  /** A free packet to fill and then `offer`. */
  blank(): Packet {
    return this.#pool.take()
  }

  /** Sends the packet, or keeps it until there is credit, or drops the oldest that waits. */
  offer(packet: Packet): void {
    this.#waiting.push(packet)
    this.#pump()
    if (this.#waiting.length <= this.#waitingLimit) return
    this.#waiting.shift()
    this.droppedBlocks++
    this.droppedFrames += this.#frames
  }

  /** The server has everything before `position`. */
  ack(position: number): void {
    while ((this.#sentEnds[0] ?? Number.POSITIVE_INFINITY) <= position) this.#sentEnds.shift()
    this.#pump()
  }

  #pump(): void {
    while (this.#waiting.length > 0 && this.#sentEnds.length < this.#creditPackets) {
      const packet = this.#waiting.shift() as Packet
      const { header } = packet
      header.flags = header.position === this.#nextPosition ? 0 : FLAG_GAP
      header.sequence = this.#sequence
      this.#sequence = (this.#sequence + 1) >>> 0
      this.#nextPosition = header.position + header.frames
      this.#sentEnds.push(this.#nextPosition)
      packet.seal()
      this.#send(packet.bytes)
    }
  }
}
