import { LEAD_FRAMES } from '../../../src/shared/playout/resampler.ts'
import type { ControlBlock } from '../../../src/shared/ring/control-block.ts'
import { OPUS_LOOKAHEAD_FRAMES, OPUS_RATE_HZ } from '../../../src/shared/rungs.ts'
import { emptyHeader, FLAG_WARM_UP, type PacketHeader } from '../../../src/shared/wire/packet.ts'
import type { RingWriter } from '../ring-writer.ts'
import type { OpusDecoder } from './opus-loader.ts'
import { StreamRate } from './stream-rate.ts'

/** What comes while the decoder is still loading: at most so many packets (0.6 s of the shortest), the oldest go. */
export const MAX_QUEUED = 256

interface Waiting {
  header: PacketHeader
  packet: Uint8Array
  arrivalMs: number
}

/** When the audio of a packet was captured, and where it is in its stream. */
export type PacketTime = Pick<PacketHeader, 'position' | 'captureUs'>

export interface OpusSourceOptions {
  control: ControlBlock
  writer: RingWriter
  /** Packets begin that take so long by design, ms (StreamTiming). */
  onTurn: (designMs: number) => void
  /** For each packet that brings news of the stream; what it gets is only valid inside the call. */
  onPacket: (time: PacketTime, arrivalMs: number) => void
}

/**
 * Opus packets → ring: decodes, brings 48 kHz to the stream's rate, and writes by position. Thread: worker.
 * While the decoder is not there yet, packets wait in a bounded queue.
 */
export class OpusSource {
  readonly #opts: OpusSourceOptions
  readonly #waiting: Waiting[] = []
  readonly #time: PacketTime = { position: 0, captureUs: 0 }
  #decoder: OpusDecoder | undefined
  #rate = new StreamRate(OPUS_RATE_HZ)
  #rateHz = OPUS_RATE_HZ
  /** Where the next packet begins if none is missing; NaN: it begins anew. Frames of 48 kHz. */
  #expected = Number.NaN
  #frames = 0

  constructor(opts: OpusSourceOptions) {
    this.#opts = opts
  }

  /** A stream begins. */
  begin(rateHz: number): void {
    this.leave()
    if (rateHz === this.#rateHz) return
    this.#rateHz = rateHz
    this.#rate = new StreamRate(rateHz)
  }

  /** Packets of another codec have come: what waits is of no use any more, and the next of this one begins anew. */
  leave(): void {
    this.#expected = Number.NaN
    if (this.#waiting.length === 0) return
    this.#opts.control.add('decoderDropped', this.#waiting.length)
    this.#waiting.length = 0
    this.#opts.control.set('decoderQueued', 0)
  }

  /** The decoder is there: what waited is played. */
  start(decoder: OpusDecoder): void {
    this.#decoder = decoder
    for (const { header, packet, arrivalMs } of this.#waiting) this.#play(decoder, header, packet, arrivalMs)
    this.#waiting.length = 0
    this.#opts.control.set('decoderQueued', 0)
  }

  /** Position in the stream of a frame of 48 kHz; not always whole. */
  toStream(position: number): number {
    return this.#rate.toStream(position)
  }

  /** How long packets of so many frames take from the capture of the first frame they bring out, by design, ms. */
  designMs(frames: number): number {
    const { lead } = this.#rate
    // The encoder has seen the look-ahead too; where the rates differ there is a resampler at either end.
    const sender = lead > 0 ? (LEAD_FRAMES * 1000) / this.#rateHz : 0
    return ((frames + OPUS_LOOKAHEAD_FRAMES + lead) * 1000) / OPUS_RATE_HZ + sender
  }

  /** Of the first frame that a packet brings out, where none is missing before it. Valid until the next call. */
  timeOf({ position, captureUs }: PacketTime): PacketTime {
    const { lead } = this.#rate
    this.#time.position = this.#rate.toStream(position - lead)
    this.#time.captureUs = captureUs - (lead * 1e6) / OPUS_RATE_HZ
    return this.#time
  }

  /** One packet, of those a rung sends (`isLowDelayFrame`). `header` is copied where it is kept; `packet` is kept as it is. */
  take(header: PacketHeader, packet: Uint8Array, arrivalMs: number): void {
    if (this.#decoder) this.#play(this.#decoder, header, packet, arrivalMs)
    else this.#wait(header, packet, arrivalMs)
  }

  #wait(header: PacketHeader, packet: Uint8Array, arrivalMs: number): void {
    const waiting = this.#waiting
    if (waiting.length === MAX_QUEUED) {
      waiting.shift()
      this.#opts.control.add('decoderDropped', 1)
    }
    waiting.push({ header: Object.assign(emptyHeader(), header), packet, arrivalMs })
    this.#opts.control.set('decoderQueued', waiting.length)
  }

  #play(decoder: OpusDecoder, header: PacketHeader, packet: Uint8Array, arrivalMs: number): void {
    const { position, frames } = header
    if (position !== this.#expected || frames !== this.#frames) this.#restart(position, frames)
    if (!decodes(decoder, packet, frames)) {
      this.#opts.control.add('decoderErrors', 1)
      this.#expected = Number.NaN
      return
    }
    const rate = this.#rate
    rate.push(decoder.left, decoder.right, frames)
    this.#expected = position + frames
    if (header.flags & FLAG_WARM_UP) return
    const { writer, onPacket } = this.#opts
    const news = !writer.repeats(rate.position + rate.frames)
    if (rate.frames > 0) {
      if (writer.late(rate.position, rate.frames)) this.#opts.control.add('packetsLate', 1)
      if (writer.tooOld(rate.position)) return
      writer.write(rate.position, rate.left, rate.right, rate.frames, rate.toStream(frames))
    }
    if (news) onPacket(this.timeOf(header), arrivalMs)
  }

  #restart(position: number, frames: number): void {
    this.#rate.restart(position)
    this.#opts.writer.turn()
    if (frames === this.#frames && !Number.isNaN(this.#expected)) return
    this.#frames = frames
    this.#opts.onTurn(this.designMs(frames))
  }
}

function decodes(decoder: OpusDecoder, packet: Uint8Array, frames: number): boolean {
  try {
    return decoder.decode(packet) === frames
  } catch {
    return false // Counted by the caller: the next packet may be whole.
  }
}

/**
 * By the first byte of a packet: one frame of `frames` in one of the modes without SILK (RFC 6716 §3.1): all that a rung
 * sends. Whatever else is in it, the decoder makes sound of.
 */
export function isLowDelayFrame(toc: number, frames: number): boolean {
  const config = toc >> 3
  return config >= 16 && (toc & 3) === 0 && frames === 120 << (config & 3)
}
