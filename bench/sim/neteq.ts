import { MinWindow } from '../../src/shared/dsp/min-window.ts'

const BIN_MS = 2
const BINS = 300
const WINDOW_MS = 500
const QUANTILE = 0.95
const FORGET = 0.983
const MARGIN_MS = 2

/**
 * The row to be ahead of: a target as WebRTC's NetEQ chooses it (delay_manager), with bins of 2 ms instead of its 20.
 * Lateness against the least of 2 s, its maximum per half second, a histogram that forgets, its 95 % quantile.
 */
export class NetEq {
  readonly #least = new MinWindow(2000)
  readonly #share = new Float64Array(BINS)
  readonly #burstMs: number
  #windows = 0
  #untilMs = WINDOW_MS
  #worstMs = 0
  #targetMs = 40

  /** `burstMs`: what one callback of the device takes. */
  constructor(burstMs: number) {
    this.#burstMs = burstMs
  }

  targetMs(): number {
    return this.#targetMs
  }

  packet(arrivalMs: number, sentMs: number): void {
    const transitMs = arrivalMs - sentMs
    this.#worstMs = Math.max(this.#worstMs, transitMs - this.#least.add(sentMs, transitMs))
    if (arrivalMs < this.#untilMs) return
    this.#untilMs = arrivalMs + WINDOW_MS
    this.#windows++
    const keep = Math.min(FORGET, 1 - 2 / (this.#windows + 1))
    for (let i = 0; i < BINS; i++) this.#share[i] = keep * (this.#share[i] as number)
    const bin = Math.min(BINS - 1, Math.ceil(this.#worstMs / BIN_MS))
    this.#share[bin] = (this.#share[bin] as number) + 1 - keep
    this.#worstMs = 0
    let below = 0
    let i = 0
    for (; i < BINS - 1; i++) {
      below += this.#share[i] as number
      if (below >= QUANTILE) break
    }
    this.#targetMs = i * BIN_MS + this.#burstMs + MARGIN_MS
  }
}
