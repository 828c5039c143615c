// Thread: page. The key that lets this page in: its address says it once, then it is kept for this tab.

/** What an address calls it: an invite, or a key by hand. */
export const KEY_NAMES = ['invite', 'key'] as const
const KEPT = 'backline.key/'
/** Where the browser keeps nothing. */
const memory = new Map<string, string>()

/** Of this session; '' where there is none. */
export function keptKey(session: string): string {
  try {
    return sessionStorage.getItem(KEPT + session) ?? memory.get(session) ?? ''
  } catch {
    return memory.get(session) ?? '' // Forbidden, or no browser.
  }
}

/** Out of the address bar, of the history, and of what a person copies or shows. Call before anything else looks at the address. */
export function takeKey(session: string): void {
  const url = new URL(location.href)
  const key = KEY_NAMES.map((name) => url.searchParams.get(name)).find(Boolean)
  if (!key) return
  memory.set(session, key)
  try {
    sessionStorage.setItem(KEPT + session, key)
  } catch {
    // Forbidden: it lasts until the page is left.
  }
  for (const name of KEY_NAMES) url.searchParams.delete(name)
  history.replaceState(history.state, '', url)
}

/** For a request: a key in its address would stand in the logs of whoever is on the way. */
export const keyHeader = (key: string): Record<string, string> =>
  key ? { authorization: `Bearer ${key}` } : {}
