import { isSameData } from './same-data.ts'

const POLL_MS = 100

/**
 * A store of plain data for useSyncExternalStore that looks for itself, ten times a second, only while somebody is subscribed.
 * The snapshot keeps its identity while nothing has changed.
 */
export class PolledStore<T> {
  readonly #read: () => T
  readonly #listeners = new Set<() => void>()
  #latest: T
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(read: () => T) {
    this.#read = read
    this.#latest = read()
  }

  readonly snapshot = (): T => this.#latest

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    this.#timer ??= setInterval(this.refresh, POLL_MS)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  /** Looks now: a person who pressed a button does not wait for the next poll. */
  readonly refresh = (): void => {
    const next = this.#read()
    if (isSameData(next, this.#latest)) return
    this.#latest = next
    for (const listener of this.#listeners) listener()
  }
}
