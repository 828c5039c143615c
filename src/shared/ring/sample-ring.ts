// Shared memory ring of stereo Float32 audio, addressed by position: frame n lives at n mod capacity.
// One writer (network worker), one reader (audio worklet). Gaps, late packets and repeats need no special
// path: what was written is marked, what was not is not.
//
// Memory: Int32 words[capacity / 16], then Float32 left[capacity], right[capacity].
// A word covers a granule of 16 frames: lap number (high 16 bits) and a bit per frame written (low 16).
// The lap tells this turn of the ring from the one before, so stale audio is never taken for new.
// A position is unique for 65,536 laps (54 hours at 44.1 kHz with the default capacity, after which
// only audio that is 54 hours stale could be mistaken).
import { INT16_SCALE } from '../audio-format.ts'

const GRANULE = 16
const ALL = 0xffff

export const DEFAULT_RING_FRAMES = 1 << 17

export interface SampleRingMemory {
  buffer: SharedArrayBuffer
  capacity: number
}

/** Allocates the memory of a ring. Throws RangeError unless `capacity` is a power of two ≥ 1,024. */
export function createSampleRing(capacity: number = DEFAULT_RING_FRAMES): SampleRingMemory {
  if (capacity < 1024 || (capacity & (capacity - 1)) !== 0)
    throw new RangeError(`capacity ${capacity} is not a power of two ≥ 1024`)
  return { buffer: new SharedArrayBuffer((capacity / GRANULE) * 4 + capacity * 8), capacity }
}

/** A view of the memory; both threads build their own. No method allocates, blocks or throws. */
export class SampleRing {
  readonly capacity: number
  readonly #words: Int32Array
  readonly #left: Float32Array
  readonly #right: Float32Array

  constructor(memory: SampleRingMemory) {
    const { buffer, capacity } = memory
    const granules = capacity / GRANULE
    this.capacity = capacity
    this.#words = new Int32Array(buffer, 0, granules)
    this.#left = new Float32Array(buffer, granules * 4, capacity)
    this.#right = new Float32Array(buffer, granules * 4 + capacity * 4, capacity)
  }

  /** Writer: forgets everything, for a new stream. The reader must have been told to stop reading the old one. */
  clear(): void {
    for (let i = 0; i < this.#words.length; i++) Atomics.store(this.#words, i, 0)
  }

  /** Writer: stores `frames` frames of interleaved stereo Int16, from `offset` samples in, at `position`. */
  writeInt16(position: number, pcm: Int16Array, offset: number, frames: number): void {
    const mask = this.capacity - 1
    this.#open(position, frames)
    let at = position % this.capacity
    const left = this.#left
    const right = this.#right
    const scale = INT16_SCALE
    for (let i = 0, s = offset; i < frames; i++, s += 2) {
      left[at] = (pcm[s] as number) * scale
      right[at] = (pcm[s + 1] as number) * scale
      at = (at + 1) & mask
    }
    this.#mark(position, frames)
  }

  /** Writer: the same for planar Float32, from `offset` frames in. */
  writeFloat32(position: number, left: Float32Array, right: Float32Array, frames: number, offset = 0): void {
    const mask = this.capacity - 1
    this.#open(position, frames)
    let at = position % this.capacity
    for (let i = offset; i < offset + frames; i++) {
      this.#left[at] = left[i] as number
      this.#right[at] = right[i] as number
      at = (at + 1) & mask
    }
    this.#mark(position, frames)
  }

  /** Writer: what is there is not to be played: it is missing from now on. At most a turn of the ring. */
  erase(position: number, frames: number): void {
    this.#open(position, frames)
  }

  /**
   * Writer: cross-fades what is there at `position` into these frames, by their weights `rise` (0: the old, 1: the new),
   * `offset` frames into all three arrays. All of it must be there: ask `available`.
   *
   * The marks stay, so the reader never finds a hole where there was none. A frame is one aligned word per channel: the
   * reader gets the old value or the mixed one, never half of each. Both are the sound at that position, so the worst
   * that can happen, if the reader is in the middle of it, is that the fade begins with the weight it has there instead of 0.
   * Blend only what the reader is not about to read, and not even that happens.
   */
  blendFloat32(
    position: number,
    left: Float32Array,
    right: Float32Array,
    rise: Float32Array,
    offset: number,
    frames: number,
  ): void {
    const mask = this.capacity - 1
    const ringLeft = this.#left
    const ringRight = this.#right
    let at = position % this.capacity
    for (let i = offset; i < offset + frames; i++) {
      const weight = rise[i] as number
      const oldLeft = ringLeft[at] as number
      const oldRight = ringRight[at] as number
      ringLeft[at] = oldLeft + weight * ((left[i] as number) - oldLeft)
      ringRight[at] = oldRight + weight * ((right[i] as number) - oldRight)
      at = (at + 1) & mask
    }
  }

  /** How many frames from `position` on are there without a hole, at most `frames`. */
  available(position: number, frames: number): number {
    let n = 0
    while (n < frames) {
      const at = position + n
      const inGranule = at % GRANULE
      const bits = this.#bits(at) >>> inGranule
      const want = Math.min(GRANULE - inGranule, frames - n)
      const run = Math.min(want, trailingOnes(bits))
      n += run
      if (run < want) return n
    }
    return n
  }

  /** How many frames from `position` on are missing in a row, at most `frames`. */
  missing(position: number, frames: number): number {
    let n = 0
    while (n < frames) {
      const at = position + n
      const inGranule = at % GRANULE
      const bits = (this.#bits(at) ^ ALL) >>> inGranule
      const want = Math.min(GRANULE - inGranule, frames - n)
      const run = Math.min(want, trailingOnes(bits))
      n += run
      if (run < want) return n
    }
    return n
  }

  /** Reader: copies frames that `available` has vouched for. */
  read(position: number, left: Float32Array, right: Float32Array, offset: number, frames: number): void {
    const mask = this.capacity - 1
    const ringLeft = this.#left
    const ringRight = this.#right
    let at = position % this.capacity
    for (let i = offset; i < offset + frames; i++) {
      left[i] = ringLeft[at] as number
      right[i] = ringRight[at] as number
      at = (at + 1) & mask
    }
  }

  #bits(position: number): number {
    const word = Atomics.load(this.#words, ((position % this.capacity) / GRANULE) | 0)
    return word >>> 16 === this.#lap(position) ? word & ALL : 0
  }

  /** Never 0, so cleared memory belongs to no lap. */
  #lap(position: number): number {
    return (Math.floor(position / this.capacity) % 0xffff) + 1
  }

  /** Takes the granules over for this lap before their audio changes: the old lap's marks go first. */
  #open(position: number, frames: number): void {
    this.#each(position, frames, 0)
  }

  #mark(position: number, frames: number): void {
    this.#each(position, frames, 1)
  }

  #each(position: number, frames: number, set: 0 | 1): void {
    for (let n = 0; n < frames; ) {
      const at = position + n
      const inGranule = at % GRANULE
      const count = Math.min(GRANULE - inGranule, frames - n)
      const index = ((at % this.capacity) / GRANULE) | 0
      const lap = this.#lap(at)
      const word = Atomics.load(this.#words, index)
      const kept = word >>> 16 === lap ? word & ALL : 0
      const touched = ((1 << count) - 1) << inGranule
      Atomics.store(this.#words, index, (lap << 16) | (set ? kept | touched : kept & ~touched))
      n += count
    }
  }
}

function trailingOnes(bits: number): number {
  return 31 - Math.clz32(~bits & -~bits)
}
