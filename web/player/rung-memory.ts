import { isRungName, type RungName } from '../../src/shared/rungs.ts'
import type { RungWish } from '../network/messages.ts'
import type { Store } from './device-memory.ts'

const WISH_KEY = 'backline.rung'
const START_KEY = 'backline.startRungs'
/** The kind of link that was used least recently goes. */
const MAX_LINKS = 8
/** What kind of link this device has, as far as its browser tells; 'unknown' where it does not. */
export function linkType(navigator: unknown = globalThis.navigator): string {
  const connection = (navigator as { connection?: { type?: unknown; effectiveType?: unknown } } | undefined)
    ?.connection
  const words = [connection?.type, connection?.effectiveType].filter((word) => typeof word === 'string')
  return words.join(' ').slice(0, 32) || 'unknown'
}

/**
 * What was chosen by hand, and which rung each kind of link was good for, between visits. Never throws: what is not
 * readable was never there.
 */
export class RungMemory {
  readonly #store: Store | undefined

  constructor(store: Store | undefined) {
    this.#store = store
  }

  loadWish(): RungWish {
    const stored = this.#get(WISH_KEY)
    return isRungName(stored) ? stored : 'auto'
  }

  saveWish(wish: RungWish): void {
    this.#set(WISH_KEY, wish)
  }

  /** Where to begin on this kind of link; undefined when it is new. */
  loadStart(link: string): RungName | undefined {
    return this.#starts().find(([known]) => known === link)?.[1]
  }

  saveStart(link: string, rung: RungName): void {
    const others = this.#starts().filter(([known]) => known !== link)
    this.#set(START_KEY, JSON.stringify([[link, rung], ...others].slice(0, MAX_LINKS)))
  }

  #starts(): [string, RungName][] {
    let stored: unknown
    try {
      stored = JSON.parse(this.#get(START_KEY) ?? '[]')
    } catch {
      return [] // Not ours: as if nothing had been stored.
    }
    if (!Array.isArray(stored)) return []
    return stored.flatMap((entry: unknown): [string, RungName][] => {
      if (!Array.isArray(entry)) return []
      const [link, rung] = entry
      return typeof link === 'string' && isRungName(rung) ? [[link, rung]] : []
    })
  }

  #get(key: string): string | null {
    try {
      return this.#store?.getItem(key) ?? null
    } catch {
      return null // Forbidden: there is nothing to remember.
    }
  }

  #set(key: string, value: string): void {
    try {
      this.#store?.setItem(key, value)
    } catch {
      // Full or forbidden: it is then remembered until the page closes.
    }
  }
}
