import type { FastifyRequest } from 'fastify'
import { ROLES, type Role } from '../../shared/wire/room-messages.ts'
import { HttpError } from '../http-error.ts'
import { type Entry, MAIN } from '../sessions/registry.ts'
import { isKey } from '../sessions/session-id.ts'
import { ACTIONS, type Action, OPEN, type Place } from './actions.ts'
import { asked, keyOf } from './asked.ts'
import { type Grant, KEY_WORDS, type KeyFault } from './grant.ts'
import type { Invites } from './invites.ts'

const HERE: Grant = { role: 'controller', session: MAIN, isHere: true }

/** What the gate looks at. */
export interface Keys {
  invites: Pick<Invites, 'read'>
  sessions: { all: Iterable<Entry> }
}

/** As whom this request comes, or what is wrong with its key. `isHere`: who is on this computer needs none. */
export function grantOf(
  request: FastifyRequest,
  isHere: boolean,
  { invites, sessions }: Keys,
): Grant | KeyFault {
  if (isHere) return HERE
  const key = keyOf(request)
  if (key === '') return 'no-key'
  // All are compared, however soon one fits: how long it takes says nothing.
  let found: Grant | undefined
  for (const { key: known, session } of sessions.all)
    if (isKey(key, known)) found = { role: 'controller', session: session.id, isHere: false }
  return found ?? invites.read(key)
}

/** What this grant makes of its bearer in a session; undefined: nothing. The server's controllers are engineers in every other. */
export function roleIn(grant: Grant, session: string): Role | undefined {
  if (grant.isHere || grant.session === session) return grant.role
  return grant.session === MAIN && grant.role === 'controller' ? 'engineer' : undefined
}

/** Whether this grant opens what is said in the table of `any` session, of `main`, or to everybody. */
export function mayAsk(grant: Grant, route: string): boolean {
  const action = ACTIONS[route]
  if (action === undefined || action === OPEN) return action === OPEN
  const role = roleIn(grant, action.place === 'any' ? grant.session : MAIN)
  return role !== undefined && action.roles.includes(role)
}

/** A role may be what a lower one may be. */
const BELOW: Readonly<Record<Role, readonly Role[]>> = {
  controller: ROLES,
  engineer: ['engineer', 'listener'],
  listener: ['listener'],
}

/** Throws HttpError 403. */
export function checkRole(grant: Grant, session: string, roles: readonly Role[]): void {
  const role = roleIn(grant, session)
  if (role === undefined) throw new HttpError(403, 'wrong-session', 'This link is for another room.')
  if (!roles.includes(role)) throw wrongRole(roles)
}

/** Throws HttpError 403 when a role is asked for that the grant does not give. */
export function checkAskedRole(request: FastifyRequest, grant: Grant, session: string): void {
  const wanted = ROLES.find((known) => known === asked(request, 'role'))
  const role = roleIn(grant, session)
  if (wanted !== undefined && role !== undefined && !BELOW[role].includes(wanted)) throw wrongRole([wanted])
}

/** Which session the action is about; undefined: any will do. */
export function sessionAt(
  place: Place,
  request: FastifyRequest,
  ofListener: (id: number) => string | undefined,
): string | undefined {
  const { id = '' } = (request.params ?? {}) as { id?: string }
  switch (place) {
    case 'any':
      return undefined
    case 'main':
      return MAIN
    case 'path':
      return id
    case 'query':
      return asked(request, 'session') ?? MAIN
    case 'listener':
      return ofListener(Number(id)) ?? MAIN
  }
}

/** Throws HttpError 401 or 403. */
export function checkAction(
  { roles, place }: Action,
  grant: Grant,
  request: FastifyRequest,
  ofListener: (id: number) => string | undefined,
): void {
  const session = sessionAt(place, request, ofListener)
  checkRole(grant, session ?? grant.session, roles)
  if (place === 'query' && session !== undefined) checkAskedRole(request, grant, session)
}

/** Of a request that the table lets in with a key only. */
export function grantIn({ grant }: FastifyRequest): Grant {
  if (grant === undefined) throw new Error('the table of actions lets everybody in')
  return grant
}

export function keyError(fault: KeyFault): HttpError {
  return new HttpError(401, fault, KEY_WORDS[fault])
}

function wrongRole(roles: readonly Role[]): HttpError {
  return new HttpError(
    403,
    'wrong-role',
    `This link does not allow that: it is for ${roles.join(' or ')} only.`,
  )
}
