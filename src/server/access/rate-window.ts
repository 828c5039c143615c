/** Names that are kept in mind; beyond it the oldest is forgotten. */
const MOST_NAMES = 10_000

export interface Counted {
  /** In this window, this one included. */
  count: number
  /** Until the window is over, ms. */
  leftMs: number
}

/** Counts by name, in windows that begin with the first of a name. Time comes in, monotonic, ms. */
export class RateWindow {
  readonly #windowMs: number
  readonly #mostNames: number
  /** In the order in which their windows began. */
  readonly #windows = new Map<string, { sinceMs: number; count: number }>()

  constructor(windowMs: number, mostNames = MOST_NAMES) {
    this.#windowMs = windowMs
    this.#mostNames = mostNames
  }

  /** Names that are kept in mind. */
  get size(): number {
    return this.#windows.size
  }

  /** One more. */
  add(name: string, nowMs: number): Counted {
    const known = this.#alive(name, nowMs)
    if (known !== undefined) {
      known.count++
      return this.#counted(known, nowMs)
    }
    this.#windows.delete(name)
    this.#makePlace(nowMs)
    const first = { sinceMs: nowMs, count: 1 }
    this.#windows.set(name, first)
    return this.#counted(first, nowMs)
  }

  /** As it stands. */
  read(name: string, nowMs: number): Counted {
    const known = this.#alive(name, nowMs)
    return known === undefined ? { count: 0, leftMs: 0 } : this.#counted(known, nowMs)
  }

  #alive(name: string, nowMs: number): { sinceMs: number; count: number } | undefined {
    const known = this.#windows.get(name)
    return known !== undefined && nowMs - known.sinceMs < this.#windowMs ? known : undefined
  }

  #counted({ sinceMs, count }: { sinceMs: number; count: number }, nowMs: number): Counted {
    return { count, leftMs: sinceMs + this.#windowMs - nowMs }
  }

  /** Those whose window is over are at the front. */
  #makePlace(nowMs: number): void {
    for (const [name, { sinceMs }] of this.#windows) {
      if (nowMs - sinceMs < this.#windowMs && this.#windows.size < this.#mostNames) return
      this.#windows.delete(name)
    }
  }
}
