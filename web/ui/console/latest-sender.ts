export interface LatestSenderOptions<T> {
  /** Least time between two. */
  everyMs: number
  /** Never rejects. */
  send: (value: T) => Promise<void>
}

/**
 * Sends the latest of many values: one under way at a time, at most one waiting, which a newer one replaces, so the last is always
 * sent. Thread: page.
 */
export class LatestSender<T> {
  readonly #options: LatestSenderOptions<T>
  #waiting: { value: T } | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #underWay = false
  #sentMs = Number.NEGATIVE_INFINITY

  constructor(options: LatestSenderOptions<T>) {
    this.#options = options
  }

  offer(value: T): void {
    this.#waiting = { value }
    this.#next()
  }

  #next(): void {
    if (this.#waiting === undefined || this.#underWay || this.#timer !== undefined) return
    const waitMs = this.#sentMs + this.#options.everyMs - performance.now()
    if (waitMs > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined
        this.#next()
      }, waitMs)
      return
    }
    const { value } = this.#waiting
    this.#waiting = undefined
    this.#underWay = true
    this.#sentMs = performance.now()
    void this.#options.send(value).then(() => {
      this.#underWay = false
      this.#next()
    })
  }
}
