import { MIX_CHANNELS } from '../../src/shared/audio-format.ts'
import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import type { SampleRing } from '../../src/shared/ring/sample-ring.ts'
import {
  CODEC,
  emptyHeader,
  FLAG_GAP,
  FLAG_WARM_UP,
  HEADER_BYTES,
  readHeader,
} from '../../src/shared/wire/packet.ts'
import { WireError } from '../../src/shared/wire/wire-error.ts'
import type { OpusDecoder } from './decode/opus-loader.ts'
import { OpusSource, type PacketTime } from './decode/opus-source.ts'
import { PcmSource } from './decode/pcm-source.ts'
import { RingWriter } from './ring-writer.ts'

export interface PacketIntakeOptions {
  ring: SampleRing
  control: ControlBlock
  /** For each packet that brings news of the stream; what it gets is only valid inside the call. */
  onPacket: (time: PacketTime, arrivalMs: number) => void
  /** Packets begin that take so long by design, before any network, ms. */
  onTurn: (designMs: number) => void
}

/** What the packets of a stream have in common. */
export interface StreamShape {
  serial: number
  streamId: number
  rateHz: number
  /** Per packet of PCM. */
  packetFrames: number
}

/**
 * Binary messages → ring. Thread: worker. Counts by position, which says what is missing whether a packet was lost,
 * dropped or never recorded. What a packet is made of is the business of its source (`decode/`).
 */
export class PacketIntake {
  readonly #opts: PacketIntakeOptions
  readonly #control: ControlBlock
  readonly #header = emptyHeader()
  readonly #writer: RingWriter
  readonly #pcm: PcmSource
  readonly #opus: OpusSource
  #streamId = Number.NaN
  #codec = 0
  #pcmDesignMs = 0
  /** One past the newest frame of the stream, over whatever connection it came; NaN before the first. */
  #newest = Number.NaN
  /** Of this connection: packets, bytes of messages, and one past the newest frame, in the stream's rate. */
  packets = 0
  bytes = 0
  receivedTo = 0

  constructor(opts: PacketIntakeOptions) {
    const { ring, control, onPacket, onTurn } = opts
    this.#opts = opts
    this.#control = control
    this.#writer = new RingWriter(ring, control)
    this.#pcm = new PcmSource(control, this.#writer, onPacket)
    this.#opus = new OpusSource({ control, writer: this.#writer, onPacket, onTurn })
  }

  /** From now on packets of this stream are taken, and no others. The ring is cleared by the caller. */
  begin({ serial, streamId, rateHz, packetFrames }: StreamShape): void {
    this.#streamId = streamId
    this.#codec = 0
    this.#pcmDesignMs = (packetFrames * 1000) / rateHz
    this.receivedTo = 0
    this.#newest = Number.NaN
    this.#writer.begin(serial, rateHz)
    this.#opus.begin(rateHz)
  }

  /** A connection begins: what is counted of it is 0. */
  connected(): void {
    this.packets = 0
    this.bytes = 0
    this.receivedTo = 0
    this.#control.set('gapsAnnounced', 0)
  }

  /** From now on Opus can be played, and what has waited of it is. */
  startOpus(decoder: OpusDecoder): void {
    this.#opus.start(decoder)
  }

  /** One message: packets back to back. What is not a packet ends the message and is counted. Never throws. */
  take(message: ArrayBuffer, arrivalMs: number): void {
    this.bytes += message.byteLength
    const view = new DataView(message)
    this.#pcm.open(message)
    let offset = 0
    try {
      while (offset < message.byteLength) {
        const next = readHeader(view, offset, this.#header)
        this.#packet(message, offset + HEADER_BYTES, arrivalMs)
        offset = next
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.#control.add('messagesBad', 1)
    }
    if (message.byteLength === 0) this.#control.add('messagesBad', 1)
  }

  #packet(message: ArrayBuffer, at: number, arrivalMs: number): void {
    const header = this.#header
    const { codec, payloadBytes } = header
    if (header.streamId !== this.#streamId || header.channels !== MIX_CHANNELS) {
      this.#control.add('messagesBad', 1)
      return
    }
    const turned = codec !== this.#codec
    if (codec === CODEC.opus) {
      const packet = new Uint8Array(message, at, payloadBytes)
      if (!this.#opus.take(header, packet, arrivalMs)) {
        this.#control.add('messagesBad', 1)
        return
      }
      this.#received(this.#opus.toStream(header.position + header.frames))
    } else {
      if (turned) this.#turnToPcm()
      this.#pcm.take(header, at, arrivalMs)
      this.#received(header.position + header.frames)
    }
    this.#codec = codec
  }

  #turnToPcm(): void {
    this.#opus.leave()
    this.#writer.turn()
    this.#opts.onTurn(this.#pcmDesignMs)
  }

  #received(end: number): void {
    this.packets++
    this.#control.add('packetsReceived', 1)
    if (end > this.receivedTo) this.receivedTo = end
    // What the server had kept is sent again, and says again what is missing in it; what only warms up is not heard.
    const gap = (this.#header.flags & (FLAG_GAP | FLAG_WARM_UP)) === FLAG_GAP
    if (gap && end > this.#newest) this.#control.add('gapsAnnounced', 1)
    if (!(end <= this.#newest)) this.#newest = end
  }
}
