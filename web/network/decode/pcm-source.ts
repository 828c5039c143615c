import { INT16_SCALE, MIX_CHANNELS } from '../../../src/shared/audio-format.ts'
import type { ControlBlock } from '../../../src/shared/ring/control-block.ts'
import { CODEC, type PacketHeader } from '../../../src/shared/wire/packet.ts'
import type { RingWriter } from '../ring-writer.ts'

/** Stereo frames a payload of 65,535 bytes may have. */
const MOST_FRAMES = 16_384
const NO_SAMPLES = new Int16Array(0)
const NO_FLOATS = new Float32Array(0)

/** PCM packets → ring. Thread: worker. Allocates two small views per message, nothing per packet. */
export class PcmSource {
  readonly #control: ControlBlock
  readonly #writer: RingWriter
  readonly #onPacket: (header: PacketHeader, arrivalMs: number) => void
  readonly #left = new Float32Array(MOST_FRAMES)
  readonly #right = new Float32Array(MOST_FRAMES)
  #message: ArrayBuffer = NO_SAMPLES.buffer
  #int16 = NO_SAMPLES
  #float32 = NO_FLOATS

  constructor(
    control: ControlBlock,
    writer: RingWriter,
    onPacket: (header: PacketHeader, arrivalMs: number) => void,
  ) {
    this.#control = control
    this.#writer = writer
    this.#onPacket = onPacket
  }

  /** A message whose packets are given to `take`. */
  open(message: ArrayBuffer): void {
    this.#message = message
    this.#int16 = new Int16Array(message, 0, message.byteLength >> 1)
    this.#float32 = new Float32Array(message, 0, message.byteLength >> 2)
  }

  /** A packet of the open message, whose payload begins `at` bytes in. */
  take(header: PacketHeader, at: number, arrivalMs: number): void {
    const { position, frames } = header
    const writer = this.#writer
    if (writer.late(position, frames)) this.#control.add('packetsLate', 1)
    if (writer.tooOld(position)) return
    const news = !writer.repeats(position + frames)
    if (header.codec === CODEC.pcm16) this.#takeInt16(position, at, frames)
    else this.#takeFloat32(position, at, frames)
    if (news) this.#onPacket(header, arrivalMs)
  }

  #takeInt16(position: number, at: number, frames: number): void {
    const aligned = (at & 1) === 0
    const pcm = aligned
      ? this.#int16
      : new Int16Array(this.#message.slice(at, at + frames * MIX_CHANNELS * 2))
    const from = aligned ? at / 2 : 0
    if (this.#writer.plain(position)) {
      this.#writer.writeInt16(position, pcm, from, frames)
      return
    }
    for (let i = 0, s = from; i < frames; i++, s += 2) {
      this.#left[i] = (pcm[s] as number) * INT16_SCALE
      this.#right[i] = (pcm[s + 1] as number) * INT16_SCALE
    }
    this.#writer.write(position, this.#left, this.#right, frames)
  }

  #takeFloat32(position: number, at: number, frames: number): void {
    const aligned = (at & 3) === 0
    const pcm = aligned
      ? this.#float32
      : new Float32Array(this.#message.slice(at, at + frames * MIX_CHANNELS * 4))
    for (let i = 0, s = aligned ? at / 4 : 0; i < frames; i++, s += 2) {
      this.#left[i] = finite(pcm[s] as number)
      this.#right[i] = finite(pcm[s + 1] as number)
    }
    this.#writer.write(position, this.#left, this.#right, frames)
  }
}

/** A sample that is no number would spread through every filter behind the ring. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0
}
