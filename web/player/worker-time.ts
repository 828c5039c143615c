import type { TimeAnswer } from '../network/messages.ts'

/** So many questions in a row at first; then now and then. */
const FIRST_QUESTIONS = 8

/**
 * Local time, which is the network worker's, as the page reads it: performance.timeOrigin + performance.now() is not one clock.
 * Each thread has an origin of its own, which browsers take from the wall clock when the thread begins (Chromium, Firefox) or
 * whenever it is asked for (WebKit); after a sleep, or with a clock that was put right, between the page's load and Listen they
 * are apart by as much. What runs is the same in both, so the difference stays: each answer of the worker says between which
 * two values it lies, and where those leave room for none there is none. Thread: page; time comes in.
 */
export class WorkerTime {
  readonly #pageOriginMs: number
  /** Local time less what the page would take for it lies between these. */
  #leastMs = Number.NEGATIVE_INFINITY
  #mostMs = Number.POSITIVE_INFINITY
  #answers = 0

  constructor(pageOriginMs: number = performance.timeOrigin) {
    this.#pageOriginMs = pageOriginMs
  }

  /** Local time of a performance.now() of 0 on this page, ms. */
  readonly originMs = (): number => this.#pageOriginMs + this.#apartMs

  /** Local time, ms. */
  nowMs(pageMs: number = performance.now()): number {
    return this.originMs() + pageMs
  }

  /** `heardMs`: performance.now() when the answer came. True: ask again at once. */
  heard({ askedMs, localMs }: TimeAnswer, heardMs: number): boolean {
    const leastMs = localMs - this.#pageOriginMs - heardMs
    const mostMs = localMs - this.#pageOriginMs - askedMs
    const fits = leastMs <= this.#mostMs && mostMs >= this.#leastMs
    // A browser that let one of its clocks stand: what was known is of before.
    this.#leastMs = fits ? Math.max(this.#leastMs, leastMs) : leastMs
    this.#mostMs = fits ? Math.min(this.#mostMs, mostMs) : mostMs
    return ++this.#answers < FIRST_QUESTIONS
  }

  get #apartMs(): number {
    if (this.#leastMs <= 0 && this.#mostMs >= 0) return 0
    return (this.#leastMs + this.#mostMs) / 2
  }
}
