import { MIX_CHANNELS } from '../../src/shared/audio-format.ts'
import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import type { SampleRing } from '../../src/shared/ring/sample-ring.ts'
import { emptyHeader, HEADER_BYTES, type PacketHeader, readHeader } from '../../src/shared/wire/packet.ts'
import { WireError } from '../../src/shared/wire/wire-error.ts'

/**
 * Binary messages → ring. Thread: worker. Allocates two small views per message, nothing per packet.
 * Counts by position, which says what is missing whether a packet was lost, dropped or never recorded.
 */
export class PacketIntake {
  readonly #ring: SampleRing
  readonly #control: ControlBlock
  readonly #onPacket: (header: PacketHeader, arrivalMs: number) => void
  readonly #header = emptyHeader()
  #serial = 0
  #streamId = Number.NaN
  /** One past the newest frame; -1 before the first packet. */
  #newest = -1

  /** `onPacket` is called for each packet of the stream; the header it gets is only valid inside the call. */
  constructor(
    ring: SampleRing,
    control: ControlBlock,
    onPacket: (header: PacketHeader, arrivalMs: number) => void,
  ) {
    this.#ring = ring
    this.#control = control
    this.#onPacket = onPacket
  }

  /** From now on packets of `streamId` are taken, and no others. The ring is cleared by the caller. */
  begin(serial: number, streamId: number): void {
    this.#serial = serial
    this.#streamId = streamId
    this.#newest = -1
  }

  /** One message: packets back to back. What is not a packet ends the message and is counted. Never throws. */
  take(message: ArrayBuffer, arrivalMs: number): void {
    const view = new DataView(message)
    // Headers and payloads have even lengths, so every payload starts on a sample of this view.
    const pcm = new Int16Array(message, 0, message.byteLength >> 1)
    let offset = 0
    try {
      while (offset < message.byteLength) {
        const next = readHeader(view, offset, this.#header)
        this.#packet(pcm, (offset + HEADER_BYTES) / 2, arrivalMs)
        offset = next
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.#control.add('messagesBad', 1)
    }
    if (message.byteLength === 0) this.#control.add('messagesBad', 1)
  }

  #packet(pcm: Int16Array, at: number, arrivalMs: number): void {
    const header = this.#header
    const { position, frames } = header
    if (header.streamId !== this.#streamId || header.channels !== MIX_CHANNELS) {
      this.#control.add('messagesBad', 1)
      return
    }
    const end = position + frames
    const control = this.#control
    control.add('packetsReceived', 1)
    if (control.get('playSerial') === this.#serial && end <= control.get('playPosition'))
      control.add('packetsLate', 1)
    // From before this turn of the ring: writing it would overwrite audio still to be played.
    if (position < this.#newest - this.#ring.capacity) return
    this.#count(position, frames)
    this.#ring.writeInt16(position, pcm, at, frames)
    if (end > this.#newest) {
      this.#newest = end
      control.set('newestPosition', end)
    }
    this.#onPacket(header, arrivalMs)
  }

  /** A hole counts as missing when it is jumped over, and no longer when it is filled after all. */
  #count(position: number, frames: number): void {
    if (this.#newest < 0) return
    const hole = position - this.#newest
    if (hole > 0) this.#control.add('packetsMissing', Math.max(1, Math.round(hole / frames)))
    else if (hole < 0 && this.#ring.available(position, frames) < frames && this.#missing > 0)
      this.#control.add('packetsMissing', -1)
  }

  get #missing(): number {
    return this.#control.get('packetsMissing')
  }
}
