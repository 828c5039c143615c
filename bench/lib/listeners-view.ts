import type { ListenerView } from '../../src/server/routes/listeners.ts'
import { STUDIO_KEY } from '../../test/studio/server.ts'

export type { ListenerView }

/** What the server says of everybody who listens: GET /api/listeners. */
export async function fetchListeners(url: string): Promise<ListenerView[]> {
  const headers = { authorization: `Bearer ${STUDIO_KEY}` }
  const response = await fetch(`${url}/api/listeners`, { headers })
  if (!response.ok) throw new Error(`/api/listeners answers ${response.status}`)
  return ((await response.json()) as { listeners: ListenerView[] }).listeners
}
