/**
 * Work that is not needed at once, a piece per frame, in the order it was asked for: all of it in one go would be a task in which
 * the page answers nobody. While nobody sees the page nothing is done. Thread: page.
 */
export class Turns {
  readonly #waiting = new Map<object, () => void>()
  #frame: number | undefined

  /** Does `work` when its turn comes. What still waits of the same one is replaced, and keeps its place. */
  ask(whose: object, work: () => void): void {
    this.#waiting.set(whose, work)
    this.#frame ??= requestAnimationFrame(this.#next)
  }

  /** What waits of this one is not done. */
  drop(whose: object): void {
    this.#waiting.delete(whose)
  }

  readonly #next = (): void => {
    this.#frame = undefined
    const [first] = this.#waiting
    if (!first) return
    const [whose, work] = first
    this.#waiting.delete(whose)
    if (this.#waiting.size > 0) this.#frame = requestAnimationFrame(this.#next)
    work()
  }
}
