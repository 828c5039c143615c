// Thread: page. The key that lets this page in: its address says it once, then the browser keeps it.

import { browserStore, forget, keep, recall } from '../memory/store.ts'
import { basePath } from './base-path.ts'

/** What an address calls it: an invite, or a key by hand. */
export const KEY_NAMES = ['invite', 'key'] as const
/** Where the browser keeps nothing. */
const memory = new Map<string, string>()

const tabStore = () => browserStore('sessionStorage')
/** Several servers may be at one host, each at a path of its own. */
const nameOf = (session: string) => `backline.key${basePath()}/${session}`

/** Of this session; '' where there is none. This tab's own goes before what another one left. */
export function keptKey(session: string): string {
  const name = nameOf(session)
  return recall(tabStore(), name) || memory.get(session) || recall(browserStore(), name) || ''
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
  keep(tabStore(), nameOf(session), key)
  if (given === 'invite') keep(browserStore(), nameOf(session), key)
  for (const name of KEY_NAMES) url.searchParams.delete(name)
  history.replaceState(history.state, '', url)
}

/** Wherever it is kept; with `key` only where it is that one. */
export function forgetKey(session: string, key?: string): void {
  if (key === undefined || memory.get(session) === key) memory.delete(session)
  const name = nameOf(session)
  for (const store of [tabStore(), browserStore()])
    if (key === undefined || (recall(store, name) ?? '') === key) forget(store, name)
}

/** For a request: a key in its address would stand in the logs of whoever is on the way. */
export const keyHeader = (key: string): Record<string, string> =>
  key ? { authorization: `Bearer ${key}` } : {}
