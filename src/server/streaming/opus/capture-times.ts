/** Stamps kept: more audio than the longest Opus packet lasts, with the shortest periods. */
const STAMPS = 128

/** When any position was captured, from the stamps of the packets around it. Allocates only when built. */
export class CaptureTimes {
  readonly #usPerFrame: number
  readonly #positions = new Float64Array(STAMPS)
  readonly #times = new Float64Array(STAMPS)
  #noted = 0

  constructor(rateHz: number) {
    this.#usPerFrame = 1e6 / rateHz
  }

  /** The frame at `position`, later than those before, was captured at `captureUs`. */
  note(position: number, captureUs: number): void {
    this.#positions[this.#noted % STAMPS] = position
    this.#times[this.#noted % STAMPS] = captureUs
    this.#noted++
  }

  /** Forgets all stamps: after a gap the line begins anew. */
  clear(): void {
    this.#noted = 0
  }

  /** On the line between the stamps beside it; before the first and after the last at the nominal rate. NaN without any. */
  at(position: number): number {
    const oldest = Math.max(0, this.#noted - STAMPS)
    let i = this.#noted - 1
    while (i > oldest && (this.#positions[i % STAMPS] as number) > position) i--
    if (i < 0) return Number.NaN
    const from = this.#positions[i % STAMPS] as number
    const fromUs = this.#times[i % STAMPS] as number
    if (i === this.#noted - 1 || position < from) return fromUs + (position - from) * this.#usPerFrame
    const to = this.#positions[(i + 1) % STAMPS] as number
    const toUs = this.#times[(i + 1) % STAMPS] as number
    return fromUs + ((position - from) * (toUs - fromUs)) / (to - from)
  }
}
