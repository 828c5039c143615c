/** Time that moves by more than this between two callbacks, either way, is not believed at once, ms. */
const JUMP_MS = 350
/** … but once the device has played for so long since. The worker sees within 50 ms that the clock was set. */
const BELIEVED_AFTER_S = 0.1

/**
 * The audio thread has only the wall clock, and whoever sets that sets it an hour off until the worker has said so. One
 * callback that believes it would bend the pitch and raise the target for a long time. Thread: audio; does not allocate.
 */
export class TimeDoubt {
  /** Local time of this callback, ms: to be set before `look`. A field, because a number given to a call may be garbage. */
  nowMs = Number.NaN
  readonly #enoughFrames: number
  #trustedMs = Number.NaN
  #doubtedFrames = 0

  constructor(contextRateHz: number) {
    this.#enoughFrames = contextRateHz * BELIEVED_AFTER_S
  }

  /** Once per callback, which takes `frames` frames of the context. True: its time is not to be acted on. */
  look(frames: number): boolean {
    if (Math.abs(this.nowMs - this.#trustedMs) > JUMP_MS && this.#doubtedFrames < this.#enoughFrames) {
      this.#doubtedFrames += frames
      return true
    }
    this.#trustedMs = this.nowMs
    this.#doubtedFrames = 0
    return false
  }
}
