import type { SampleRing } from '../../src/shared/ring/sample-ring.ts'

/** Cross-fade from one encoding to the next, at equal positions. */
const FADE_MS = 5

/**
 * Where one encoding follows on another in the ring: what comes of the new one before the end of the old is kept until that
 * end is reached, and then cross-faded in. Thread: worker; nothing but the constructor and `begin` allocates.
 */
export class Seam {
  readonly #ring: SampleRing
  /** What has come of the frames right before `#heldEnd`, at most a fade: the last `#held` of both arrays. */
  #left = new Float32Array(0)
  #right = new Float32Array(0)
  #rise = new Float32Array(0)
  #held = 0
  #heldEnd = -1
  #at = -1

  constructor(ring: SampleRing) {
    this.#ring = ring
  }

  /** A stream begins. */
  begin(rateHz: number): void {
    const frames = Math.round((rateHz * FADE_MS) / 1000)
    if (frames !== this.#rise.length) {
      this.#left = new Float32Array(frames)
      this.#right = new Float32Array(frames)
      this.#rise = new Float32Array(frames)
    }
    this.close()
  }

  /** Where the audio that was there ends, while another encoding has not come so far; -1: it has. */
  get at(): number {
    return this.#at
  }

  /** What was there ends `at`. */
  open(at: number): void {
    this.#at = at
    this.#held = 0
  }

  close(): void {
    this.#at = -1
    this.#held = 0
  }

  /** What comes before the seam: the last fade's worth of it is kept. `offset`: into both arrays. */
  hold(position: number, left: Float32Array, right: Float32Array, frames: number, offset: number): void {
    const room = this.#rise.length
    const count = Math.min(frames, room)
    const from = offset + frames - count
    if (position !== this.#heldEnd) this.#held = 0
    const drop = Math.max(0, this.#held + count - room)
    this.#left.copyWithin(room - this.#held - count + drop, room - this.#held + drop)
    this.#right.copyWithin(room - this.#held - count + drop, room - this.#held + drop)
    for (let i = 0; i < count; i++) {
      this.#left[room - count + i] = left[from + i] as number
      this.#right[room - count + i] = right[from + i] as number
    }
    this.#held += count - drop
    this.#heldEnd = position + frames
  }

  /** It is reached: from the old to the new over what is held and not yet being played (`playedTo`). */
  fade(playedTo: number): void {
    const end = this.#at
    this.#at = -1
    if (this.#held === 0 || this.#heldEnd !== end) return
    const room = this.#rise.length
    const from = Math.max(end - this.#held, Math.ceil(playedTo))
    const frames = end - from
    if (frames <= 0 || this.#ring.available(from, frames) < frames) return
    for (let i = 0; i < frames; i++)
      this.#rise[room - frames + i] = 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / frames)
    this.#ring.blendFloat32(from, this.#left, this.#right, this.#rise, room - frames, frames)
  }
}
