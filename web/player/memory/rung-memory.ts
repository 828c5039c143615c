import { isRungName, type RungName } from '../../../src/shared/rungs.ts'
import type { RungWish } from '../../network/messages.ts'
import { RecentEntries } from './recent-entries.ts'
import { keep, recall, type Store } from './store.ts'

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
  readonly #starts: RecentEntries<RungName>

  constructor(store: Store | undefined) {
    this.#store = store
    const sane = (stored: unknown) => (isRungName(stored) ? stored : undefined)
    this.#starts = new RecentEntries(store, { key: START_KEY, most: MAX_LINKS, sane })
  }

  loadWish(): RungWish {
    const stored = recall(this.#store, WISH_KEY)
    return isRungName(stored) ? stored : 'auto'
  }

  saveWish(wish: RungWish): void {
    keep(this.#store, WISH_KEY, wish)
  }

  /** Where to begin on this kind of link; undefined when it is new. */
  loadStart(link: string): RungName | undefined {
    return this.#starts.load(link)
  }

  saveStart(link: string, rung: RungName): void {
    this.#starts.save(link, rung)
  }
}
