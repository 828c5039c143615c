import { RateWindow } from './rate-window.ts'

type Done = (error: Error | null, counted?: { current: number; ttl: number }) => void

/** Counts for `@fastify/rate-limit` by a clock that nobody sets: with its own, a clock set back would shut people out for as long. */
export class WindowStore {
  /** One for each length. */
  readonly #windows = new Map<number, RateWindow>()

  incr(name: string, done: Done, windowMs: number): void {
    const { count, leftMs } = this.#of(windowMs).add(name, performance.now())
    done(null, { current: count, ttl: leftMs })
  }

  read(name: string, done: Done, windowMs: number): void {
    const { count, leftMs } = this.#of(windowMs).read(name, performance.now())
    done(null, { current: count, ttl: leftMs })
  }

  child(): WindowStore {
    return new WindowStore()
  }

  #of(windowMs: number): RateWindow {
    const known = this.#windows.get(windowMs)
    if (known !== undefined) return known
    const window = new RateWindow(windowMs)
    this.#windows.set(windowMs, window)
    return window
  }
}
