import { keep, recall, type Store } from '../../player/memory/store.ts'

export const SCHEME_WISHES = ['auto', 'dark', 'light'] as const
export type SchemeWish = (typeof SCHEME_WISHES)[number]

const KEY = 'backline.scheme'
/** The room behind the panel, as base.css has it. */
const ROOM = { dark: '#0d0e10', light: '#d9d6d0' }

export interface SchemeSurroundings {
  store: Store | undefined
  document: Document
  /** Whether the system is light. */
  light: Pick<MediaQueryList, 'matches' | 'addEventListener'>
}

/**
 * Dark or light: as the system has it, or as it was chosen here. Styles read it as `data-mantine-color-scheme` of the root
 * element, which is also how the component library knows it. Thread: page, for as long as it lives.
 */
export class Scheme {
  readonly #around: SchemeSurroundings
  readonly #listeners = new Set<() => void>()
  #wish: SchemeWish

  constructor(around: SchemeSurroundings) {
    this.#around = around
    this.#wish = load(around.store)
    around.light.addEventListener('change', () => this.#apply())
    this.#apply()
  }

  readonly snapshot = (): SchemeWish => this.#wish

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Remembered for the next visit. */
  readonly set = (wish: SchemeWish): void => {
    this.#wish = wish
    keep(this.#around.store, KEY, wish)
    this.#apply()
    for (const listener of this.#listeners) listener()
  }

  #apply(): void {
    const { document, light } = this.#around
    const system = light.matches ? 'light' : 'dark'
    const shown = this.#wish === 'auto' ? system : this.#wish
    document.documentElement.dataset['mantineColorScheme'] = shown
    for (const meta of document.querySelectorAll('meta[name="theme-color"]'))
      meta.setAttribute('content', ROOM[shown])
  }
}

function load(store: Store | undefined): SchemeWish {
  const stored = recall(store, KEY)
  return SCHEME_WISHES.find((wish) => wish === stored) ?? 'auto'
}
