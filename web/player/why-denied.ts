import { serverPath } from './base-path.ts'
import { keyHeader } from './page-key.ts'
import type { RoomAddress } from './room-address.ts'

/**
 * Why the server does not let this page in, in its words; undefined: it would, or says nothing. A browser does not tell why a
 * WebSocket was not taken. Never rejects.
 */
export async function whyDenied({ session, role, key }: RoomAddress): Promise<string | undefined> {
  try {
    const path = serverPath(`/api/access?${new URLSearchParams({ session, role })}`)
    const answer = await fetch(path, { headers: keyHeader(key) })
    // 429: another time.
    if (![401, 403, 404].includes(answer.status)) return undefined
    return String((await answer.json()).message)
  } catch {
    return undefined // No server, or a proxy in its place.
  }
}
