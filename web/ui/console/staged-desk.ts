// For tests: a desk that says what the test says.
import type { DeskSnapshot } from '../../desk/desk-link.ts'

export class StagedDesk {
  readonly #subscribers = new Set<() => void>()
  #snapshot: DeskSnapshot
  starts = 0
  stops = 0

  constructor(change: Partial<DeskSnapshot> = {}) {
    this.#snapshot = {
      ...{ connected: true, capture: undefined, mix: undefined, listeners: [], badMessages: 0 },
      ...{ refusal: '', refusedFor: undefined },
      ...change,
    }
  }

  readonly store = {
    snapshot: () => this.#snapshot,
    subscribe: (subscriber: () => void) => {
      this.#subscribers.add(subscriber)
      return () => void this.#subscribers.delete(subscriber)
    },
  }

  say(change: Partial<DeskSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change }
    for (const subscriber of [...this.#subscribers]) subscriber()
  }

  readLevels(): number {
    return 0
  }

  start(): void {
    this.starts++
  }

  stop(): void {
    this.stops++
  }
}
