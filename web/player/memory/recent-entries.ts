import { keep, recall, type Store } from './store.ts'

export interface RecentEntriesOptions<T> {
  key: string
  /** The one that was saved least recently goes. */
  most: number
  /** What is made of a stored value; undefined: it is none. */
  sane: (stored: unknown) => T | undefined
}

/** Values by name that outlive a visit, the latest first. Never throws: what is not readable was never there. */
export class RecentEntries<T> {
  readonly #store: Store | undefined
  readonly #options: RecentEntriesOptions<T>

  constructor(store: Store | undefined, options: RecentEntriesOptions<T>) {
    this.#store = store
    this.#options = options
  }

  load(name: string): T | undefined {
    return this.#read().find(([known]) => known === name)?.[1]
  }

  save(name: string, value: T): void {
    const { key, most } = this.#options
    const others = this.#read().filter(([known]) => known !== name)
    keep(this.#store, key, JSON.stringify([[name, value], ...others].slice(0, most)))
  }

  #read(): [string, T][] {
    let stored: unknown
    try {
      stored = JSON.parse(recall(this.#store, this.#options.key) ?? '[]')
    } catch {
      return [] // Not ours: as if nothing had been stored.
    }
    if (!Array.isArray(stored)) return []
    return stored.flatMap((entry: unknown): [string, T][] => {
      if (!Array.isArray(entry) || typeof entry[0] !== 'string') return []
      const value = this.#options.sane(entry[1])
      return value === undefined ? [] : [[entry[0], value]]
    })
  }
}
