// How much of the sound was missing lately, from reports that each say it of the time since the one before.

interface Part {
  /** When the first report of this part came. */
  atUs: number
  /** Missing, of audio. */
  us: number
  share: number
}

/** Reports closer together than this are one: a stall may be told of in several, and it bounds what is kept. */
const APART_US = 500_000
/** What the first report is taken to speak of. */
const FIRST_US = 1e6

export class MissingWindow {
  readonly #spanUs: number
  readonly #parts: Part[] = []
  #lastUs = Number.NaN

  constructor(spanUs: number) {
    this.#spanUs = spanUs
  }

  /** `share`: 0 … 1. */
  add(nowUs: number, share: number): void {
    const sinceUs = Number.isNaN(this.#lastUs) ? FIRST_US : nowUs - this.#lastUs
    const us = share * Math.max(0, Math.min(this.#spanUs, sinceUs))
    this.#lastUs = nowUs
    this.#forget(nowUs)
    const last = this.#parts.at(-1)
    if (last === undefined || nowUs - last.atUs >= APART_US) this.#parts.push({ atUs: nowUs, us, share })
    else {
      last.us += us
      last.share = Math.max(last.share, share)
    }
  }

  /** What was said so far does not count. */
  clear(): void {
    this.#parts.length = 0
  }

  /** Of the whole window, 0 … 1. */
  share(nowUs: number): number {
    this.#forget(nowUs)
    let us = 0
    for (const part of this.#parts) us += part.us
    return Math.min(1, us / this.#spanUs)
  }

  /** How many reports of the window said more than `share`: a stall is in one or two. */
  reportsAbove(share: number, nowUs: number): number {
    this.#forget(nowUs)
    let count = 0
    for (const part of this.#parts) if (part.share > share) count++
    return count
  }

  #forget(nowUs: number): void {
    for (;;) {
      const oldest = this.#parts[0]
      if (oldest === undefined || oldest.atUs > nowUs - this.#spanUs) return
      this.#parts.shift()
    }
  }
}
