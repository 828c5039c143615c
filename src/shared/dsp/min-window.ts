/**
 * Least value of a sliding window, as a monotonic deque in memory allocated once. `at` may be any clock that
 * does not run backwards; what is older than `span` before the newest `at` has left the window.
 *
 * Bound: `capacity` entries. When full, a new value that is not the least is merged into the last entry
 * (which then stays in the window a little longer than it should), so the least is never forgotten early.
 */
export class MinWindow {
  readonly #span: number
  readonly #at: Float64Array
  readonly #value: Float64Array
  #head = 0
  #size = 0

  constructor(span: number, capacity = 4096) {
    this.#span = span
    this.#at = new Float64Array(capacity)
    this.#value = new Float64Array(capacity)
  }

  /** NaN while empty. */
  get min(): number {
    return this.#size === 0 ? Number.NaN : (this.#value[this.#head] as number)
  }

  reset(): void {
    this.#head = 0
    this.#size = 0
  }

  /** Adds a value and returns the least. Does not allocate. */
  add(at: number, value: number): number {
    const capacity = this.#at.length
    while (this.#size > 0 && (this.#at[this.#head] as number) < at - this.#span) {
      this.#head = (this.#head + 1) % capacity
      this.#size--
    }
    while (this.#size > 0 && (this.#value[this.#last()] as number) >= value) this.#size--
    if (this.#size === capacity) {
      this.#at[this.#last()] = at
    } else {
      this.#size++
      this.#at[this.#last()] = at
      this.#value[this.#last()] = value
    }
    return this.min
  }

  #last(): number {
    return (this.#head + this.#size - 1) % this.#at.length
  }
}
