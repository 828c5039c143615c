// Thread: page. The key that lets this page in: its address says it once, then the browser keeps it.
import { basePath } from './base-path.ts'

/** What an address calls it: an invite, or a key by hand. */
export const KEY_NAMES = ['invite', 'key'] as const
/** Where the browser keeps nothing. */
const memory = new Map<string, string>()

const TAB = () => sessionStorage
const BROWSER = () => localStorage
/** Several servers may be at one host, each at a path of its own. */
const nameOf = (session: string) => `backline.key${basePath()}/${session}`

/** Of this session; '' where there is none. This tab's own goes before what another one left. */
export function keptKey(session: string): string {
  return read(TAB, session) || (memory.get(session) ?? '') || read(BROWSER, session)
}

/**
 * Out of the address bar, of the history, and of what a person copies or shows. Call before anything else looks at the address.
 * An invite ends by itself, and is there for later, also for the page that somebody installed; a key does not, and is for this tab.
 */
export function takeKey(session: string): void {
  const url = new URL(location.href)
  const given = KEY_NAMES.find((name) => url.searchParams.get(name))
  if (given === undefined) return
  const key = url.searchParams.get(given) ?? ''
  memory.set(session, key)
  keep(TAB, session, key)
  if (given === 'invite') keep(BROWSER, session, key)
  for (const name of KEY_NAMES) url.searchParams.delete(name)
  history.replaceState(history.state, '', url)
}

/** Wherever it is kept; with `key` only where it is that one. */
export function forgetKey(session: string, key?: string): void {
  if (key === undefined || memory.get(session) === key) memory.delete(session)
  for (const store of [TAB, BROWSER])
    if (key === undefined || read(store, session) === key) drop(store, session)
}

/** For a request: a key in its address would stand in the logs of whoever is on the way. */
export const keyHeader = (key: string): Record<string, string> =>
  key ? { authorization: `Bearer ${key}` } : {}

function read(store: () => Storage, session: string): string {
  try {
    return store().getItem(nameOf(session)) ?? ''
  } catch {
    return '' // Forbidden, or no browser.
  }
}

function keep(store: () => Storage, session: string, key: string): void {
  try {
    store().setItem(nameOf(session), key)
  } catch {
    // Forbidden: it lasts until the page is left.
  }
}

function drop(store: () => Storage, session: string): void {
  try {
    store().removeItem(nameOf(session))
  } catch {
    // Forbidden: there is nothing.
  }
}
