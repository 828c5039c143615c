import { MODE_NAMES, type Mode } from '../../src/shared/wire/room-names.ts'
import type { Store } from './recent-entries.ts'

const KEY = 'backline.mode'

/** The mode that was chosen on this page, between visits. Never throws: what is not readable was never there. */
export class ModeMemory {
  readonly #store: Store | undefined

  constructor(store: Store | undefined) {
    this.#store = store
  }

  load(): Mode {
    try {
      return modeNamed(this.#store?.getItem(KEY)) ?? 'live'
    } catch {
      return 'live' // Forbidden: there is nothing to remember.
    }
  }

  save(mode: Mode): void {
    try {
      this.#store?.setItem(KEY, mode)
    } catch {
      // Full or forbidden: it is then remembered until the page closes.
    }
  }
}

/** undefined: there is no such mode. */
export function modeNamed(name: unknown): Mode | undefined {
  return MODE_NAMES.find((mode) => mode === name)
}
