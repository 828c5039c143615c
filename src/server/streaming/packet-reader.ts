import {
  emptyHeader,
  HEADER_BYTES,
  PACKET_VERSION,
  type PacketHeader,
  readHeader,
} from '../../shared/wire/packet.ts'
import { WireError } from '../../shared/wire/wire-error.ts'

const PAYLOAD_BYTES_AT = 6

/**
 * Cuts the bytes of the capture child's pipe into whole packets. As a rule a chunk is one packet, and is passed on
 * as it is. The header is reused: it is valid until the next packet.
 */
export class PacketReader {
  readonly #onPacket: (packet: Buffer, header: Readonly<PacketHeader>) => void
  readonly #header = emptyHeader()
  #rest: Buffer | undefined

  constructor(onPacket: (packet: Buffer, header: Readonly<PacketHeader>) => void) {
    this.#onPacket = onPacket
  }

  /** Throws WireError when the child sends what is no packet: a bug of ours. */
  push(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk])
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    let from = 0
    for (;;) {
      const left = bytes.length - from
      if (left < HEADER_BYTES) break
      // Before its length is believed and waited for.
      if (bytes[from] !== PACKET_VERSION) throw new WireError('bad-version', String(bytes[from]))
      if (left < HEADER_BYTES + view.getUint16(from + PAYLOAD_BYTES_AT, true)) break
      const end = readHeader(view, from, this.#header)
      this.#onPacket(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end), this.#header)
      from = end
    }
    this.#rest = from === bytes.length ? undefined : bytes.subarray(from)
  }
}
