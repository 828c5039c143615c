import { MinWindow } from './min-window.ts'

/**
 * Short, because the target is fixed: when the source's clock pauses, or the path gets longer, everything from then on
 * is late, and with 2 s of memory 2 s of it are lost (2.1 s concealed in a minute of a machine with 26 stalls).
 */
const WINDOW_MS = 300
/** A young line is still falling to its base with every packet, so each one is worth publishing. */
const YOUNG_MS = 1000
const PUBLISH_MS = 20
/** The first packet may be a slow one: a line from it would start playout several ms off its target. */
const SETTLE_MS = 100

/**
 * The media line of one stream: which position could be playing at a time, if every packet took the least
 * delay of the last 300 ms. `M(t) = (t − base) · rate`, where base = min(arrival − position / rate).
 *
 * The window is measured in media time. In steady state that is the same as arrival time; but when a stalled
 * connection delivers its backlog at once, the packets from before a short stall stay in the window, and the
 * line does not jump back by the length of the stall.
 */
export class ArrivalLine {
  readonly #window = new MinWindow(WINDOW_MS)
  #rateHz = 0
  #firstMs = Number.NaN
  #publishedMs = Number.NEGATIVE_INFINITY
  #publishedBase = Number.NaN

  reset(rateHz: number): void {
    this.#window.reset()
    this.#rateHz = rateHz
    this.#firstMs = Number.NaN
    this.#publishedMs = Number.NEGATIVE_INFINITY
    this.#publishedBase = Number.NaN
  }

  /** Local time at which position 0 would have arrived; NaN before the first packet. */
  get baseMs(): number {
    return this.#window.min
  }

  /** `position` is the packet's first frame. Does not allocate. */
  add(arrivalMs: number, position: number): void {
    const mediaMs = (position * 1000) / this.#rateHz
    if (Number.isNaN(this.#firstMs)) this.#firstMs = arrivalMs
    this.#window.add(mediaMs, arrivalMs - mediaMs)
  }

  positionAt(nowMs: number): number {
    return ((nowMs - this.baseMs) * this.#rateHz) / 1000
  }

  /** Is there something to tell the worklet? Answering yes counts as having told it. */
  due(nowMs: number): boolean {
    const base = this.baseMs
    if (Number.isNaN(base) || nowMs - this.#firstMs < SETTLE_MS) return false
    const young = nowMs - this.#firstMs < YOUNG_MS
    if (!young && base === this.#publishedBase && nowMs - this.#publishedMs < PUBLISH_MS) return false
    this.#publishedMs = nowMs
    this.#publishedBase = base
    return true
  }
}
