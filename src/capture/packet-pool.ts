// Thread: capture child. Packets on their way to the server, in memory that is used again: the audio path makes
// no garbage. How many can be under way at once is bounded by the hand-over, so a packet is free again in time.
import { MIX_CHANNELS } from '../shared/audio-format.ts'
import type { SampleBits } from '../shared/capture-messages.ts'
import { CODEC, emptyHeader, HEADER_BYTES, type PacketHeader, writeHeader } from '../shared/wire/packet.ts'
import type { MixedSamples } from './samples.ts'

/** One packet: its header, its bytes, and its payload as samples to mix into. */
export class Packet {
  readonly header: PacketHeader
  readonly bytes: Uint8Array
  readonly samples: MixedSamples
  readonly #view: DataView

  constructor(streamId: number, frames: number, bits: SampleBits) {
    const Samples = bits === 16 ? Int16Array : Float32Array
    const payloadBytes = frames * MIX_CHANNELS * Samples.BYTES_PER_ELEMENT
    const bytes = new Uint8Array(HEADER_BYTES + payloadBytes)
    this.header = {
      ...emptyHeader(),
      codec: bits === 16 ? CODEC.pcm16 : CODEC.pcmF32,
      channels: MIX_CHANNELS,
      frames,
      payloadBytes,
      streamId,
    }
    this.bytes = bytes
    this.samples = new Samples(bytes.buffer, HEADER_BYTES)
    this.#view = new DataView(bytes.buffer)
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
  constructor(streamId: number, frames: number, bits: SampleBits, count: number) {
    this.#packets = Array.from({ length: count }, () => new Packet(streamId, frames, bits))
  }

  /** The packet that was taken longest ago. Does not allocate. */
  take(): Packet {
    const packet = this.#packets[this.#next] as Packet
    this.#next = (this.#next + 1) % this.#packets.length
    return packet
  }
}
