// What is played where audio is missing: the last sound, continued. Remembers what was put out; when told to, predicts
// on from there, holds it while it can be believed, and fades to silence. Thread: audio; nothing but the
// constructor allocates.
import type { SampleRing } from '../ring/sample-ring.ts'
import { Continuation } from './continuation.ts'
import { LagPredictor } from './lag-predictor.ts'

/** Correlation from which on the prediction is believed. */
const BELIEVED = 0.6
/** Faded from 10 ms on, 20 ms of music would be 5.6 dB further from what is missing (bench conceal). */
const HOLD_MS = 20
const GONE_MS = 40
/** What is like nothing heard before fades at once. */
const SHORT_FADE_MS = 2.5
const RELEASE_MS = 5
/** So long after a search its lags are still good: holes in quick succession share one. */
const FRESH_MS = 5
/** What the prediction is off by at the first frame fades over so long: a surprise takes longer. */
const OFFSET_MS = 1
const SURPRISE_MS = 2.5
/** More than a period of the lowest note, so that its steepest step is in it. */
const RECENT_MS = 30

/** After so many, the compiler has settled. */
const WARM_ROUNDS = 3
let warm = false

export class Concealer {
  readonly #perMs: number
  readonly #recent: number
  readonly #predictor: LagPredictor
  readonly #left: Continuation
  readonly #right: Continuation
  /** Frames of the past that must stay: what a prediction looks at, from the beginning of the longest one on. */
  readonly #keep: number
  #end: number
  /** Where in the past the continuation begins, how much of it is made, put out, held and wanted. */
  #start = 0
  #made = 0
  #age = 0
  #hold = 0
  #gone = 0
  #offsetFrames = 0
  #sinceFit = Number.POSITIVE_INFINITY

  constructor(rateHz: number) {
    this.#perMs = rateHz / 1000
    this.#recent = Math.round(RECENT_MS * this.#perMs)
    this.#predictor = new LagPredictor(rateHz)
    const longest = Math.ceil(GONE_MS * this.#perMs)
    this.#keep = this.#predictor.reachFrames + longest + 1
    this.#end = this.#keep
    this.#left = new Continuation(3 * this.#keep, longest)
    this.#right = new Continuation(3 * this.#keep, longest)
    if (!warm) {
      warm = true
      warmUp(rateHz)
    }
  }

  /** False when there is nothing to add: nothing began, or all has faded. */
  get active(): boolean {
    return this.#age < this.#gone
  }

  /** Remembers frames as they are put out, `from` on. At most 1,024 at once. */
  remember(left: Float32Array, right: Float32Array, from: number, frames: number): void {
    const pastLeft = this.#left.past
    const pastRight = this.#right.past
    if (this.#end + frames > pastLeft.length) {
      const drop = this.#end - this.#keep
      pastLeft.copyWithin(0, drop, this.#end)
      pastRight.copyWithin(0, drop, this.#end)
      this.#end -= drop
      this.#start -= drop
    }
    for (let i = from, k = this.#end; i < from + frames; i++, k++) {
      pastLeft[k] = left[i] as number
      pastRight[k] = right[i] as number
    }
    this.#end += frames
    this.#sinceFit += frames
  }

  /** Continues what was put out last: holds it if it can be believed, and fades to silence within 40 ms. */
  conceal(): void {
    this.#predict()
    if (this.#believed) this.#shape(HOLD_MS * this.#perMs, GONE_MS * this.#perMs)
    else this.#shape(0, SHORT_FADE_MS * this.#perMs)
  }

  /** Continues what was put out last for `frames` at full level, one side of a cross-fade; at most 40 ms. */
  sustain(frames: number): void {
    this.#predict()
    this.#shape(frames, frames)
  }

  /** As `sustain`, with the real audio at `position` of the ring, which must have it. */
  sustainFrom(ring: SampleRing, position: number, frames: number): void {
    ring.read(position, this.#left.next, this.#right.next, 0, frames)
    this.#made = frames
    this.#shape(frames, frames)
  }

  /** Continues what was put out last into a fade of 5 ms. */
  release(): void {
    this.#predict()
    this.#shape(0, RELEASE_MS * this.#perMs)
  }

  /** Nothing more is wanted. */
  stop(): void {
    this.#age = this.#gone
  }

  /**
   * Adds `frames` frames of the continuation to both arrays, `from` on. With `fall`, they are weighted with it, from
   * `fallAge` on; it must be long enough.
   */
  add(
    left: Float32Array,
    right: Float32Array,
    from: number,
    frames: number,
    fall?: Float32Array,
    fallAge = 0,
  ): void {
    if (!this.active) return
    const until = Math.min(this.#age + frames, this.#gone)
    this.#extend(until)
    const nextLeft = this.#left.next
    const nextRight = this.#right.next
    const fade = Math.PI / (this.#gone - this.#hold)
    let i = from
    let f = fallAge
    for (let age = this.#age; age < until; age++, i++, f++) {
      let gain = age < this.#hold ? 1 : 0.5 + 0.5 * Math.cos(fade * (age - this.#hold + 0.5))
      if (fall !== undefined) gain *= fall[f] as number
      left[i] = (left[i] as number) + gain * (nextLeft[age] as number)
      right[i] = (right[i] as number) + gain * (nextRight[age] as number)
    }
    this.#age = until
  }

  get #believed(): boolean {
    return this.#predictor.correlation >= BELIEVED
  }

  #predict(): void {
    if (this.#sinceFit >= FRESH_MS * this.#perMs) {
      this.#predictor.fit(this.#left.past, this.#right.past, this.#end)
      this.#left.measure(this.#end, this.#predictor.reachFrames, this.#recent)
      this.#right.measure(this.#end, this.#predictor.reachFrames, this.#recent)
      this.#sinceFit = 0
    }
    this.#left.begin(this.#predictor, this.#end)
    this.#right.begin(this.#predictor, this.#end)
    this.#start = this.#end
    this.#made = 0
    this.#offsetFrames = Math.round((this.#believed ? OFFSET_MS : SURPRISE_MS) * this.#perMs)
  }

  #shape(hold: number, gone: number): void {
    this.#age = 0
    this.#hold = Math.round(hold)
    this.#gone = Math.round(gone)
  }

  #extend(until: number): void {
    if (until <= this.#made) return
    this.#left.extend(this.#predictor, this.#start, this.#made, until, this.#offsetFrames)
    this.#right.extend(this.#predictor, this.#start, this.#made, until, this.#offsetFrames)
    this.#made = until
  }
}

/**
 * Conceals a few gaps that nobody hears: code that has not run yet is interpreted, and the first search would take
 * ten times as long as the quantum it is made in. Once, before anything plays.
 */
function warmUp(rateHz: number): void {
  const concealer = new Concealer(rateHz)
  const left = Float32Array.from({ length: 1024 }, (_, i) => ((i * 7919) % 101) / 101 + (i & 64) / 64 - 1)
  const right = left.slice().reverse()
  for (let round = 0; round < WARM_ROUNDS; round++) {
    for (let block = 0; block < 8; block++) concealer.remember(left, right, 0, left.length)
    concealer.conceal()
    concealer.add(left, right, 0, 512)
    left.reverse()
  }
}
