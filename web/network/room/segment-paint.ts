import type { SampleRing } from '../../../src/shared/ring/sample-ring.ts'
import { SEGMENT_FADE_MS } from '../../../src/shared/room/segments.ts'

/** Frames silenced at once. */
const BLOCK = 1024
const SILENCE = new Float32Array(BLOCK)

/**
 * What a segment does to audio besides moving it: silence, and fades at both ends of what is heard. Room positions.
 * Thread: worker; nothing but the constructor and `begin` allocates.
 */
export class SegmentPaint {
  readonly #ring: SampleRing
  /** From 0 to 1 over a fade. */
  #rise = new Float32Array(0)
  /** As much of it as a shorter fade needs, and nothing to fade to. */
  #scratch = new Float32Array(0)
  #nothing = new Float32Array(0)

  constructor(ring: SampleRing) {
    this.#ring = ring
  }

  begin(rateHz: number): void {
    const frames = Math.round((rateHz * SEGMENT_FADE_MS) / 1000)
    this.#scratch = new Float32Array(frames)
    this.#nothing = new Float32Array(frames)
    this.#rise = Float32Array.from({ length: frames }, (_, i) => rise(i, frames))
  }

  get fadeFrames(): number {
    return this.#rise.length
  }

  /** Nothing is heard of [from, to). */
  silence(from: number, to: number): void {
    for (let at = from; at < to; at += BLOCK)
      this.#ring.writeFloat32(at, SILENCE, SILENCE, Math.min(BLOCK, to - at))
  }

  /**
   * What is in the ring before `end` fades out there, as far back as it is whole and after `untouchable`, which is about to be
   * played.
   */
  fadeOut(end: number, untouchable: number): void {
    let from = Math.max(end - this.fadeFrames, Math.ceil(untouchable), 0)
    for (let whole = 0; from < end; from += whole + 1) {
      whole = this.#ring.available(from, end - from)
      if (whole === end - from) break
    }
    const frames = end - from
    if (frames <= 0) return
    for (let i = 0; i < frames; i++) this.#scratch[i] = rise(i, frames)
    this.#ring.blendFloat32(from, this.#nothing, this.#nothing, this.#scratch, 0, frames)
  }

  /** Fades in, over the first frames after `from`, what is about to be written at `position`. */
  fadeIn(from: number, position: number, left: Float32Array, right: Float32Array, frames: number): void {
    for (let i = Math.max(0, from - position); i < frames; i++) {
      const weight = this.#rise[position + i - from]
      if (weight === undefined) return
      left[i] = (left[i] as number) * weight
      right[i] = (right[i] as number) * weight
    }
  }
}

function rise(i: number, frames: number): number {
  return 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / frames)
}
