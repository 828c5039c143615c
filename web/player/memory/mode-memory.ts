import { MODE_NAMES, type Mode } from '../../../src/shared/wire/room-names.ts'
import { keep, recall, type Store } from './store.ts'

const KEY = 'backline.mode'

/** The mode that was chosen on this page, between visits. Never throws: what is not readable was never there. */
export class ModeMemory {
  readonly #store: Store | undefined

  constructor(store: Store | undefined) {
    this.#store = store
  }

  load(): Mode {
    return modeNamed(recall(this.#store, KEY)) ?? 'live'
  }

  save(mode: Mode): void {
    keep(this.#store, KEY, mode)
  }
}

/** undefined: there is no such mode. */
export function modeNamed(name: unknown): Mode | undefined {
  return MODE_NAMES.find((mode) => mode === name)
}
