// Reads the ring in order and hides its holes: what comes out never steps. Where audio is missing the last
// sound is played backwards into a fade (a mirror has no step at its edge); where it is back it fades in.
// A seek is both at once. Runs in the audio thread: nothing but the constructor allocates.
import type { SampleRing } from '../ring/sample-ring.ts'

const HISTORY = 1024
const FADE_MS = 5
/** Gaps closer together are heard as one. */
const MERGE_MS = 50

export class Feed {
  /** Runs of missing audio, and how many frames of it, since the start. */
  episodes = 0
  concealedFrames = 0

  readonly #ring: SampleRing
  readonly #fade: Float32Array
  readonly #mergeFrames: number
  readonly #historyLeft = new Float32Array(HISTORY)
  readonly #historyRight = new Float32Array(HISTORY)
  #written = 0
  #position = 0
  #attached = false
  #missing = true
  #lastMissing = Number.NEGATIVE_INFINITY
  /** Frames into the fade of the mirrored tail, and where in the history it turned round. */
  #tailAge: number
  #tailFrom = 0
  #inAge: number

  constructor(ring: SampleRing, rateHz: number) {
    const frames = Math.min(HISTORY / 2, Math.round((rateHz * FADE_MS) / 1000))
    this.#ring = ring
    this.#mergeFrames = (rateHz * MERGE_MS) / 1000
    // Raised cosine from 1 to 0; the rise is 1 minus it, so a seek's two halves add up to 1.
    this.#fade = Float32Array.from(
      { length: frames },
      (_, i) => 0.5 + 0.5 * Math.cos((Math.PI * (i + 0.5)) / frames),
    )
    this.#tailAge = frames
    this.#inAge = frames
  }

  /** Position of the next frame `pull` reads. */
  get position(): number {
    return this.#position
  }

  /** True while `pull` gives silence and nothing fades: there is nothing to render. */
  get silent(): boolean {
    return !this.#attached && this.#tailAge >= this.#fade.length
  }

  /** True when the last frame pulled was not there. */
  get missing(): boolean {
    return this.#attached && this.#missing
  }

  /** Goes on from `position`, cross-fading from what was playing. */
  seek(position: number): void {
    this.#startTail()
    this.#inAge = 0
    this.#position = position
    this.#attached = true
    this.#missing = false
    this.#lastMissing = Number.NEGATIVE_INFINITY
  }

  /** Lets go of the ring: what was playing fades out. */
  detach(): void {
    if (!this.#attached) return
    if (!this.#missing) this.#startTail()
    this.#attached = false
    this.#missing = true
  }

  /** Fills `frames` frames of both arrays from the ring, or from concealment where it has none. */
  pull(left: Float32Array, right: Float32Array, frames: number): void {
    let done = 0
    while (done < frames) {
      const want = frames - done
      const there = this.#attached ? this.#ring.available(this.#position, want) : 0
      if (there > 0) {
        if (this.#missing) this.#comeBack()
        this.#ring.read(this.#position, left, right, done, there)
        this.#blend(left, right, done, there)
        done += there
        this.#position += there
      } else {
        const gone = this.#attached ? this.#ring.missing(this.#position, want) : want
        if (!this.#missing) this.#goMissing()
        if (this.#attached) this.concealedFrames += gone
        left.fill(0, done, done + gone)
        right.fill(0, done, done + gone)
        this.#blend(left, right, done, gone)
        done += gone
        this.#position += gone
        this.#lastMissing = this.#position
      }
    }
  }

  #goMissing(): void {
    if (this.#position - this.#lastMissing > this.#mergeFrames) this.episodes++
    this.#missing = true
    this.#startTail()
  }

  #comeBack(): void {
    this.#missing = false
    this.#inAge = 0
  }

  /** From here the last output is played backwards, fading. */
  #startTail(): void {
    this.#tailFrom = this.#written
    this.#tailAge = 0
  }

  /** Applies the fades under way to frames just read (or zeroed), and remembers what was put out. */
  #blend(left: Float32Array, right: Float32Array, from: number, frames: number): void {
    const length = this.#fade.length
    for (let i = from; i < from + frames; i++) {
      let l = left[i] as number
      let r = right[i] as number
      if (this.#inAge < length) {
        const gain = 1 - (this.#fade[this.#inAge++] as number)
        l *= gain
        r *= gain
      }
      if (this.#tailAge < length) {
        const gain = this.#fade[this.#tailAge] as number
        const at = (this.#tailFrom - 1 - this.#tailAge++) & (HISTORY - 1)
        l += gain * (this.#historyLeft[at] as number)
        r += gain * (this.#historyRight[at] as number)
      }
      left[i] = l
      right[i] = r
      const slot = this.#written & (HISTORY - 1)
      this.#historyLeft[slot] = l
      this.#historyRight[slot] = r
      this.#written = (this.#written + 1) | 0
    }
  }
}
