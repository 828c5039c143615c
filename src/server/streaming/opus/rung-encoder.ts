// Thread: Opus worker. Cuts audio of 48 kHz into the packets of one rung.
import { OPUS_LOOKAHEAD_FRAMES } from '../../../shared/rungs.ts'
import type { OpusEncoder } from './opus-native.ts'

/** A packet is full. `position`: where its first frame is heard, of 48 kHz, a multiple of the packet's frames. */
export type OnFull = (rung: RungEncoder, position: number) => void

/**
 * What is decoded comes out OPUS_LOOKAHEAD_FRAMES late, so a packet for positions p … p + frames is made of the audio
 * that many frames later. All packets of a rung lie on one grid, whenever it was opened and whatever was missing: what
 * does not fill a packet before a gap is left out, and so is what comes after it up to the next line of the grid. The
 * encoder is not reset there: a decoder that goes on has the same past. Does not allocate.
 */
export class RungEncoder {
  /** Of this opening, written into its packets. */
  id = 0
  readonly encoder: OpusEncoder
  /** Position expected next; none before the first audio. */
  #next: number | undefined
  /** Where the packet's first sample is taken from. */
  #begin = 0
  #filled = 0

  constructor(encoder: OpusEncoder) {
    this.encoder = encoder
  }

  /** The next audio begins a new run, and the encoder knows nothing of the past. */
  restart(): void {
    this.#next = undefined
    this.encoder.reset()
  }

  /** Audio from `position` on; `onFull` must encode before it returns. */
  push(samples: Int16Array, frames: number, position: number, onFull: OnFull): void {
    const { encoder } = this
    if (position !== this.#next) {
      this.#begin = beginOfNext(position, encoder.frames)
      this.#filled = 0
    }
    this.#next = position + frames
    let from = this.#begin + this.#filled - position
    while (from < frames) {
      const count = Math.min(frames - from, encoder.frames - this.#filled)
      encoder.fill(samples, from, count, this.#filled)
      this.#filled += count
      from += count
      if (this.#filled < encoder.frames) return
      onFull(this, this.#begin - OPUS_LOOKAHEAD_FRAMES)
      this.#begin += encoder.frames
      this.#filled = 0
    }
  }
}

/** Where the first packet begins that needs nothing before `position`. None is heard before 0. */
function beginOfNext(position: number, frames: number): number {
  const packets = Math.ceil((position - OPUS_LOOKAHEAD_FRAMES) / frames)
  return Math.max(0, packets) * frames + OPUS_LOOKAHEAD_FRAMES
}
