import { serverPath } from './base-path.ts'
import { forgetKey, keyHeader } from './page-key.ts'
import type { RoomAddress } from './room-address.ts'

/** A network that hangs is not waited for. */
const ANSWER_MS = 4000
/** It opens nothing any more, and never will. */
const ENDED = ['bad-key', 'expired-key', 'revoked-key', 'no-such-session']

export interface Denial {
  /** The server's own. */
  words: string
  /** There is no such room; else it takes another key. */
  isGone: boolean
}

/**
 * Why the server does not let this page in; undefined: it would, or says nothing. A browser does not tell why a
 * WebSocket was not taken. A key that has ended is forgotten. Never rejects.
 */
export async function whyDenied({ session, role, key }: RoomAddress): Promise<Denial | undefined> {
  try {
    const path = serverPath(`/api/access?${new URLSearchParams({ session, role })}`)
    const answer = await fetch(path, { headers: keyHeader(key), signal: AbortSignal.timeout(ANSWER_MS) })
    // 429: another time.
    if (![401, 403, 404].includes(answer.status)) return undefined
    const { reason, message } = await answer.json()
    if (ENDED.includes(reason)) forgetKey(session, key)
    return { words: String(message), isGone: answer.status === 404 }
  } catch {
    return undefined // No server, or a proxy in its place.
  }
}
