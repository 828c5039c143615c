import type { FastifyRequest } from 'fastify'
import { HttpError } from '../http-error.ts'
import type { Entry, Sessions } from '../sessions/registry.ts'
import { isKey } from '../sessions/session-id.ts'
import { isLoopback } from './same-origin.ts'

/** What a proxy adds for somebody who is not on this computer. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']

/** Somebody on this computer, and not by a proxy on it, nor by a name that somebody else made point here. */
function isLocal({ raw: { socket }, headers }: FastifyRequest): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  if (!isLoopback(address) || FORWARDED.some((name) => headers[name] !== undefined)) return false
  const host = `http://${headers.host}`
  return URL.canParse(host) && isLoopback(new URL(host).hostname)
}

/** One value of the query; undefined: not given, or more than once. */
export function asked({ query }: FastifyRequest, name: string): string | undefined {
  const value = (query as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : undefined
}

export const NOT_A_CONTROLLER = 'From another computer this takes the key of the session.'

/** On this computer everybody may; others need the key. */
export function maySteer(request: FastifyRequest, key: string): boolean {
  return isLocal(request) || isKey(asked(request, 'key') ?? '', key)
}

/** Throws HttpError 403. */
export function checkSteering(request: FastifyRequest, key: string): void {
  if (maySteer(request, key)) return
  throw new HttpError(403, 'not-a-controller', NOT_A_CONTROLLER)
}

/** Throws HttpError 404. */
export function sessionOf(sessions: Sessions, id: string): Entry {
  const entry = sessions.get(id)
  if (entry === undefined) throw new HttpError(404, 'no-such-session', 'There is no such session.')
  return entry
}
