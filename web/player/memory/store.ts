// Thread: page. What a browser keeps between visits. Nothing here throws: where storage is full or forbidden, nothing is kept.

/** The part of localStorage this needs. */
export type Store = Pick<Storage, 'getItem' | 'setItem'>

/** The browser's store, or this tab's; undefined where there is none, or it is forbidden. */
export function browserStore(kind: 'localStorage' | 'sessionStorage' = 'localStorage'): Storage | undefined {
  try {
    return globalThis[kind]
  } catch {
    return undefined // A locked-down window.
  }
}

/** null: nothing is kept there. */
export function recall(store: Store | undefined, name: string): string | null {
  try {
    return store?.getItem(name) ?? null
  } catch {
    return null // Forbidden.
  }
}

/** Instead of what was kept there. */
export function keep(store: Store | undefined, name: string, value: string): void {
  try {
    store?.setItem(name, value)
  } catch {
    // Full or forbidden: whoever keeps it knows it until the page closes.
  }
}

/** Nothing is kept there any more. */
export function forget(store: Pick<Storage, 'removeItem'> | undefined, name: string): void {
  try {
    store?.removeItem(name)
  } catch {
    // Forbidden: there is nothing.
  }
}
