// Thread: capture child. Packets on their way to the server, in memory that is used again: the audio path makes
// no garbage. How many can be under way at once is bounded by the hand-over, so a packet is free again in time.
import { BYTES_PER_PCM16_FRAME, MIX_CHANNELS } from '../shared/audio-format.ts'
import { CODEC, emptyHeader, HEADER_BYTES, type PacketHeader, writeHeader } from '../shared/wire/packet.ts'

/** One packet: its header, its bytes, and its payload as samples to mix into. */
export class Packet {
  readonly header: PacketHeader
  readonly bytes: Uint8Array
  readonly samples: Int16Array
  readonly #view: DataView

  constructor(streamId: number, frames: number) {
    const payloadBytes = frames * BYTES_PER_PCM16_FRAME
    this.header = {
      ...emptyHeader(),
      codec: CODEC.pcm16,
      channels: MIX_CHANNELS,
      frames,
      payloadBytes,
      streamId,
    }
    this.bytes = new Uint8Array(HEADER_BYTES + payloadBytes)
    this.samples = new Int16Array(this.bytes.buffer, HEADER_BYTES)
    this.#view = new DataView(this.bytes.buffer)
  }

  /** Writes the header into the bytes. */
  seal(): void {
    writeHeader(this.#view, 0, this.header)
  }
}

export class PacketPool {
  readonly #packets: Packet[]
  #next = 0

  /** `count`: most that can be under way at once. */
  constructor(streamId: number, frames: number, count: number) {
    this.#packets = Array.from({ length: count }, () => new Packet(streamId, frames))
  }

  /** The packet that was taken longest ago. Does not allocate. */
  take(): Packet {
    const packet = this.#packets[this.#next] as Packet
    this.#next = (this.#next + 1) % this.#packets.length
    return packet
  }
}
