/** So many answers running that agree to so much are a line. */
const ANSWERS = 4
const AGREED_MS = 0.5
/** After this the timestamps have begun to lie. */
const OPENING_MS = 1500

/**
 * Where the first timestamps of an output say that its context began. A sound server's clock is exact as the output opens,
 * and wanders off by about a millisecond a second from there, before the first sound is played. (PulseAudio in Chromium, held
 * against recordings: within 0.7 ms where the readings of the first sound are 1 to 3 off.) Pure.
 */
export class OpeningLine {
  #run: number[] = []
  #firstMs = Number.NaN
  #lastMs = Number.NaN
  #lineMs = Number.NaN

  /** NaN: not known. */
  get lineMs(): number {
    return this.#lineMs
  }

  /** One answer of `performanceMs`, which may be the same again, and the line it is on. */
  add(performanceMs: number, lineMs: number): void {
    if (!Number.isNaN(this.#lineMs) || performanceMs === this.#lastMs) return
    if (Number.isNaN(this.#firstMs)) this.#firstMs = performanceMs
    this.#lastMs = performanceMs
    if (performanceMs - this.#firstMs > OPENING_MS) return
    this.#run.push(lineMs)
    while (Math.max(...this.#run) - Math.min(...this.#run) > AGREED_MS) this.#run.shift()
    if (this.#run.length >= ANSWERS) this.#lineMs = this.#run[0] as number
  }

  /** Another output. */
  reset(): void {
    this.#run = []
    this.#firstMs = this.#lastMs = this.#lineMs = Number.NaN
  }
}
