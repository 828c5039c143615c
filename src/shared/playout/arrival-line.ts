import { MinWindow } from '../dsp/min-window.ts'

/** Long enough to hold a packet that nothing delayed, short enough to follow a path that has become longer. */
const WINDOW_MS = 2000
/** A young line is still falling to its base with every packet, so each one is worth publishing. */
const YOUNG_MS = 1000
const PUBLISH_MS = 20
/** The first packet may be a slow one: a line from it would start playout several ms off its target. */
const SETTLE_MS = 100

/**
 * The media line of one stream: which position could be playing at a time, if every packet took the least time
 * from its capture to here that any took of late. After WebRTC's packet arrival history, with one difference: what is
 * compared is arrival and capture time, not arrival and position. A source whose clock pauses or drifts moves its
 * capture times with it, so the line follows at once and the two seconds of memory only serve the network.
 *
 * The window is measured in capture time. In steady state that is the same as arrival time; but when a stalled
 * connection delivers its backlog at once, the packets from before a short stall stay in the window, and the
 * line does not jump back by the length of the stall.
 */
export class ArrivalLine {
  /** Least of what packets took beyond `#designMs`: that is the network's share, whatever the packets are. */
  readonly #transit = new MinWindow(WINDOW_MS)
  #designMs = 0
  #rateHz = 0
  #position = 0
  #captureMs = Number.NaN
  #latenessMs = 0
  #firstMs = Number.NaN
  #publishedMs = Number.NEGATIVE_INFINITY
  #publishedPosition = Number.NaN

  reset(rateHz: number): void {
    this.#transit.reset()
    this.#rateHz = rateHz
    this.#captureMs = Number.NaN
    this.#firstMs = Number.NaN
    this.#publishedMs = Number.NEGATIVE_INFINITY
    this.#publishedPosition = Number.NaN
  }

  /**
   * From now on packets take so long from the capture of their first frame by design, before any network: their own
   * length, a codec's look-ahead. What the window knows of the network stays; the line moves by the difference at once. So a
   * longer packet is not taken for a late one, and two seconds later for a network that has become slower.
   */
  turnTo(designMs: number): void {
    this.#designMs = designMs
  }

  /** Least arrival − capture of the window, ms, between two clocks that need not agree; NaN before the first packet. */
  get transitMs(): number {
    return this.#transit.min + this.#designMs
  }

  /** How much longer than the quickest the last packet took, ms. */
  get latenessMs(): number {
    return this.#latenessMs
  }

  /** `position` is the packet's first frame, captured at `captureMs` of the server's clock. Does not allocate. */
  add(arrivalMs: number, position: number, captureMs: number): void {
    if (Number.isNaN(this.#firstMs)) this.#firstMs = arrivalMs
    this.#position = position
    this.#captureMs = captureMs
    const transitMs = arrivalMs - captureMs - this.#designMs
    this.#latenessMs = transitMs - this.#transit.add(captureMs, transitMs)
  }

  /** The position that could be playing at a local time; NaN before the first packet. */
  positionAt(nowMs: number): number {
    return this.#position + ((nowMs - this.transitMs - this.#captureMs) * this.#rateHz) / 1000
  }

  /** Is there something to tell the worklet? Answering yes counts as having told it. */
  due(nowMs: number): boolean {
    if (Number.isNaN(this.#captureMs) || nowMs - this.#firstMs < SETTLE_MS) return false
    const position = this.positionAt(nowMs)
    const expected = this.#publishedPosition + ((nowMs - this.#publishedMs) * this.#rateHz) / 1000
    const young = nowMs - this.#firstMs < YOUNG_MS
    // Half a frame: what rounding and the smoothing of capture times move it by is not worth telling.
    const moved = !(Math.abs(position - expected) < 0.5)
    if (!young && !moved && nowMs - this.#publishedMs < PUBLISH_MS) return false
    this.#publishedMs = nowMs
    this.#publishedPosition = position
    return true
  }
}
