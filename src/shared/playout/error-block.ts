import type { Moment } from './moment.ts'

const BLOCK_MS = 150
const BLOCK_CALLBACKS = 8

/**
 * The errors of so many callbacks over so much time, averaged without the least and the most: one callback is late, and the
 * next early. Thread: audio; allocates nothing.
 */
export class ErrorBlock {
  /** Of the block that is over, seconds. */
  meanS = Number.NaN
  lengthS = Number.NaN
  #sinceMs = Number.NaN
  #sumS = Number.NaN
  #leastS = Number.NaN
  #mostS = Number.NaN
  #callbacks = 0

  /** The next error begins a block. */
  reset(): void {
    this.#callbacks = 0
  }

  /** True: a block is over. */
  add({ nowMs, errorS }: Moment): boolean {
    if (this.#callbacks++ === 0) {
      this.#sinceMs = nowMs
      this.#sumS = this.#leastS = this.#mostS = errorS
      return false
    }
    this.#sumS += errorS
    this.#leastS = Math.min(this.#leastS, errorS)
    this.#mostS = Math.max(this.#mostS, errorS)
    if (this.#callbacks < BLOCK_CALLBACKS || nowMs - this.#sinceMs < BLOCK_MS) return false
    this.meanS = (this.#sumS - this.#leastS - this.#mostS) / (this.#callbacks - 2)
    this.lengthS = (nowMs - this.#sinceMs) / 1000
    this.#callbacks = 0
    return true
  }
}
