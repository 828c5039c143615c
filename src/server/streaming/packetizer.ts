import { MIX_CHANNELS } from '../../shared/audio-format.ts'
import { CODEC, emptyHeader, FLAG_GAP, HEADER_BYTES, writeHeader } from '../../shared/wire/packet.ts'
import type { Block } from '../capture-supervisor.ts'

/** Turns the blocks of one stream after another into audio packets. */
export class Packetizer {
  readonly #header = { ...emptyHeader(), codec: CODEC.pcm16, channels: MIX_CHANNELS }
  #nextPosition = 0

  /** The packets from now on belong to this stream. */
  begin(streamId: number): void {
    this.#header.streamId = streamId
    this.#header.sequence = 0
    this.#nextPosition = 0
  }

  /** One new Buffer, which nobody may write to: every listener gets the same. */
  packet(block: Block): Buffer {
    const { position, frames, captureUs, pcm } = block
    const header = this.#header
    header.flags = position === this.#nextPosition ? 0 : FLAG_GAP
    header.frames = frames
    header.payloadBytes = pcm.byteLength
    header.position = position
    header.captureUs = captureUs
    const packet = Buffer.allocUnsafe(HEADER_BYTES + pcm.byteLength)
    writeHeader(new DataView(packet.buffer, packet.byteOffset, HEADER_BYTES), 0, header)
    packet.set(pcm, HEADER_BYTES)
    header.sequence = (header.sequence + 1) >>> 0
    this.#nextPosition = position + frames
    return packet
  }
}
