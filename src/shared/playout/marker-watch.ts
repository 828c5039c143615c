// Looks in what the worklet puts out for the marker that the worker has told of, and says in the control block where
// it was. Thread: audio; nothing but the constructor allocates, nothing throws. Costs two reads a quantum while there is none.
import { MarkerDetector } from '../dsp/marker-detector.ts'
import type { ControlBlock } from '../ring/control-block.ts'

export class MarkerWatch {
  readonly #control: ControlBlock
  readonly #contextRateHz: number
  readonly #detector: MarkerDetector
  #serial = 0
  #collecting = false
  /** Frame of the context with which the window begins. */
  #windowFrame = 0
  #zeroMs = Number.NaN

  constructor(control: ControlBlock, contextRateHz: number) {
    this.#control = control
    this.#contextRateHz = contextRateHz
    this.#detector = new MarkerDetector(contextRateHz)
  }

  /** After each quantum: what was put out, and the context's frame counter at its beginning. */
  look(left: Float32Array, right: Float32Array, contextFrame: number): void {
    const { slots, at } = this.#control
    const serial = slots[at.markerSerial] as number
    if (serial === slots[at.markerDone]) return
    if (serial !== this.#serial) {
      this.#serial = serial
      this.#collecting = false
    }
    const detector = this.#detector
    if (detector.full && this.#collecting) {
      if (detector.search()) this.#tell(this.#windowFrame + detector.frame, detector.score)
      return
    }
    if (this.#collecting) detector.take(left, right, 0)
    else this.#begin(left, right, contextFrame)
    // The window begins before the marker, and ends after it.
    if (this.#collecting && contextFrame <= this.#windowFrame + detector.marginFrames) this.#takeTime()
  }

  /** Is it about to leave? Then the window begins in this quantum. */
  #begin(left: Float32Array, right: Float32Array, contextFrame: number): void {
    const { slots, at } = this.#control
    const position = slots[at.markerPosition] as number
    const framesPerFrame = this.#contextRateHz / (slots[at.lineRateHz] as number)
    const inFrames = (position - (slots[at.contextZeroPosition] as number)) * framesPerFrame - contextFrame
    // Nobody is to hear it, or it would have been before this.
    if (Number.isNaN(position) || inFrames < 0) this.#tell(Number.NaN, 0)
    // Not while it does not play, either.
    if (!(inFrames >= 0 && inFrames < left.length + this.#detector.marginFrames)) return
    const from = Math.max(0, Math.floor(inFrames) - this.#detector.marginFrames)
    this.#detector.begin()
    this.#detector.take(left, right, from)
    this.#windowFrame = contextFrame + from
    this.#collecting = true
  }

  /** When frame 0 of the context would have left, by the callback that runs. */
  #takeTime(): void {
    const { slots, at } = this.#control
    const since = (slots[at.playPosition] as number) - (slots[at.contextZeroPosition] as number)
    this.#zeroMs = (slots[at.playMs] as number) - (since * 1000) / (slots[at.lineRateHz] as number)
  }

  #tell(frame: number, score: number): void {
    const { slots, at } = this.#control
    slots[at.markerMs] = this.#zeroMs + (frame * 1000) / this.#contextRateHz
    slots[at.markerFrame] = frame
    slots[at.markerScore] = score
    slots[at.markerDone] = this.#serial
    this.#collecting = false
  }
}
