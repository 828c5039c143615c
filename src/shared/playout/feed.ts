// Reads the ring in order and hides its holes: what comes out never steps. Where audio is missing the last sound
// is continued (concealer.ts); where it is back, the continuation is cross-faded into it. A seek cross-fades from
// the old place to the new. Thread: audio; nothing but the constructor allocates, nothing throws.
import type { SampleRing } from '../ring/sample-ring.ts'
import { Concealer } from './concealer.ts'

/** Cross-fade into audio that is back, and fade-in from silence. */
const RETURN_MS = 5
const SEEK_MS = 10
/** Gaps closer together are heard as one. */
const MERGE_MS = 50
/** Frames dealt with at once. */
const BLOCK = 1024

export class Feed {
  /** Runs of missing audio, and how many frames were put out in their place, since the start. */
  episodes = 0
  concealedFrames = 0

  readonly #ring: SampleRing
  readonly #concealer: Concealer
  readonly #mergeFrames: number
  readonly #returnFall: Float32Array
  readonly #seekFall: Float32Array
  #position = 0
  #attached = false
  #missing = true
  /** Of the gap that is open: frames that were put out in place of what is missing. */
  #gapFrames = 0
  /** Frames put out since the last that was missing. */
  #sinceMissing = Number.POSITIVE_INFINITY
  /** Weight of the continuation while real audio rises with the rest to 1, and how far it has come. */
  #fall: Float32Array
  #fallAge: number

  constructor(ring: SampleRing, rateHz: number) {
    this.#ring = ring
    this.#concealer = new Concealer(rateHz)
    this.#mergeFrames = (rateHz * MERGE_MS) / 1000
    this.#returnFall = raisedCosine((rateHz * RETURN_MS) / 1000)
    this.#seekFall = raisedCosine((rateHz * SEEK_MS) / 1000)
    this.#fall = this.#returnFall
    this.#fallAge = this.#fall.length
  }

  /** Position of the next frame `pull` reads. */
  get position(): number {
    return this.#position
  }

  /** True while `pull` gives silence and nothing fades: there is nothing to render. */
  get silent(): boolean {
    return !this.#attached && !this.#concealer.active
  }

  /** True when the last frame pulled was not there. */
  get missing(): boolean {
    return this.#attached && this.#missing
  }

  /** How far back the open gap began, frames; what it has put out in their place has not been played yet. */
  get gapFrames(): number {
    return this.missing ? this.#gapFrames : 0
  }

  /** Goes on from `position`, cross-fading from what was playing. Inside a gap the gap goes on there, or ends. */
  seek(position: number): void {
    if (!this.missing) {
      if (this.#attached) this.#leave()
      this.#startFall(this.#attached ? this.#seekFall : this.#returnFall)
      this.#missing = false
    }
    // Inside a gap: as far back as it began, whatever happened since.
    this.#gapFrames = Math.max(0, this.#gapFrames + position - this.#position)
    this.#attached = true
    this.#position = position
  }

  /** Lets go of the ring: what was playing fades out. */
  detach(): void {
    if (!this.#attached) return
    if (!this.#missing) this.#concealer.release()
    this.#attached = false
    this.#missing = true
  }

  /** Fills `frames` frames of both arrays from the ring, or from concealment where it has none. */
  pull(left: Float32Array, right: Float32Array, frames: number): void {
    let done = 0
    while (done < frames) {
      const want = Math.min(BLOCK, frames - done)
      const there = this.#attached ? this.#ring.available(this.#position, want) : 0
      if (there > 0) {
        if (this.#missing) this.#comeBack()
        this.#ring.read(this.#position, left, right, done, there)
        if (this.#fallAge < this.#fall.length) this.#blend(left, right, done, there)
        this.#sinceMissing += there
        this.#put(left, right, done, there)
        done += there
      } else {
        const gone = this.#attached ? this.#ring.missing(this.#position, want) : want
        if (!this.#missing) this.#goMissing()
        if (this.#attached) {
          this.concealedFrames += gone
          this.#gapFrames += gone
          this.#sinceMissing = 0
        }
        left.fill(0, done, done + gone)
        right.fill(0, done, done + gone)
        this.#concealer.add(left, right, done, gone)
        this.#put(left, right, done, gone)
        done += gone
      }
    }
  }

  #put(left: Float32Array, right: Float32Array, from: number, frames: number): void {
    this.#concealer.remember(left, right, from, frames)
    this.#position += frames
  }

  #goMissing(): void {
    if (this.#sinceMissing > this.#mergeFrames) this.episodes++
    this.#missing = true
    this.#gapFrames = 0
    this.#concealer.conceal()
  }

  #comeBack(): void {
    this.#missing = false
    this.#startFall(this.#returnFall)
  }

  /** The old side of a seek: what would have come, if the ring has it and it was playing unmixed; else its continuation. */
  #leave(): void {
    const frames = this.#seekFall.length
    const plain = this.#fallAge >= this.#fall.length
    if (plain && this.#ring.available(this.#position, frames) === frames) {
      this.#concealer.sustainFrom(this.#ring, this.#position, frames)
    } else this.#concealer.sustain(frames)
  }

  #startFall(fall: Float32Array): void {
    this.#fall = fall
    this.#fallAge = 0
  }

  /** Weights frames just read and adds the continuation with what is left of 1. */
  #blend(left: Float32Array, right: Float32Array, from: number, frames: number): void {
    const fall = this.#fall
    const count = Math.min(frames, fall.length - this.#fallAge)
    for (let i = from, f = this.#fallAge; i < from + count; i++, f++) {
      const gain = 1 - (fall[f] as number)
      left[i] = (left[i] as number) * gain
      right[i] = (right[i] as number) * gain
    }
    this.#concealer.add(left, right, from, count, fall, this.#fallAge)
    this.#fallAge += count
    if (this.#fallAge >= fall.length) this.#concealer.stop()
  }
}

/** From 1 to 0; with its complement it adds up to 1. */
function raisedCosine(frames: number): Float32Array {
  const length = Math.round(frames)
  return Float32Array.from({ length }, (_, i) => 0.5 + 0.5 * Math.cos((Math.PI * (i + 0.5)) / length))
}
