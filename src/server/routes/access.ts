import { HttpError } from '../http-error.ts'
import type { Entry, Sessions } from '../sessions/registry.ts'

/** Throws HttpError 404. */
export function sessionOf(sessions: Sessions, id: string): Entry {
  const entry = sessions.get(id)
  if (entry === undefined) throw new HttpError(404, 'no-such-session', 'There is no such session.')
  return entry
}
