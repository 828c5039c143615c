// Who may do what: every route, every control message, and what a console is told, once. What is not here is for the server's controllers only.

import type { ClientMessage } from '../../shared/wire/client-schema.ts'
import type { ConsoleMessage } from '../../shared/wire/console-messages.ts'
import { ROLES, type Role } from '../../shared/wire/room-messages.ts'
import { RIGHTS } from '../sessions/roles.ts'

/**
 * Whose role counts: in `any` session, in `main` (the server's), in the one of the path's `:id`, in the one that the query names,
 * or in that of the listener whose number is the path's `:id`. Where the body names it, the route looks once more.
 */
export type Place = 'any' | 'main' | 'path' | 'query' | 'listener'

export interface Action {
  readonly roles: readonly Role[]
  readonly place: Place
}

/** For everybody, without a key. */
export const OPEN = 'open'

const to = (roles: readonly Role[], place: Place): Action => ({ roles, place })
const ALL = ROLES
const STAFF = ['controller', 'engineer'] as const satisfies readonly Role[]
const CHARGE = ['controller'] as const satisfies readonly Role[]

/** By method and route; HEAD is as GET. */
export const ACTIONS: Readonly<Record<string, Action | typeof OPEN>> = {
  'GET /': OPEN,
  'GET /*': OPEN,
  'GET /index.html': OPEN,
  'GET /console': OPEN,
  'GET /dev': OPEN,
  'GET /s/:id': OPEN,
  'GET /s/:id/console': OPEN,
  'GET /s/:id/dev': OPEN,
  'GET /s/:id/manifest.webmanifest': OPEN,
  'GET /health': OPEN,
  'GET /health/live': OPEN,
  'GET /health/ready': OPEN,
  'GET /api/access': to(ALL, 'query'),
  'GET /api/docs': to(ALL, 'any'),
  'GET /api/docs/json': to(ALL, 'any'),
  'GET /api/docs/style.css': OPEN,
  'GET /time': to(ALL, 'any'),
  'GET /metrics': to(STAFF, 'main'),
  // The role that is asked for must be one that the key gives.
  'GET /ws/audio': to(ALL, 'query'),
  'GET /ws/console': to(STAFF, 'query'),
  // What a listener's page shows where the demo synth plays.
  'GET /api/capture': to(ALL, 'any'),
  'PUT /api/capture': to(CHARGE, 'main'),
  'POST /api/capture/devices': to(CHARGE, 'main'),
  'GET /api/mix': to(STAFF, 'main'),
  'PUT /api/mix': to(STAFF, 'main'),
  'GET /api/mix/presets': to(STAFF, 'main'),
  'PUT /api/mix/presets/:name': to(STAFF, 'main'),
  'POST /api/mix/presets/:name/load': to(STAFF, 'main'),
  'DELETE /api/mix/presets/:name': to(STAFF, 'main'),
  'GET /api/listeners': to(STAFF, 'main'),
  'PUT /api/listeners/:id/quality': to(STAFF, 'listener'),
  'POST /api/measure': to(STAFF, 'any'),
  'GET /api/sessions': to(CHARGE, 'main'),
  'POST /api/sessions': to(CHARGE, 'main'),
  'GET /api/sessions/:id': to(ALL, 'path'),
  'DELETE /api/sessions/:id': to(CHARGE, 'path'),
  'PUT /api/sessions/:id/room': to(STAFF, 'path'),
  'POST /api/sessions/:id/transport': to(CHARGE, 'path'),
  'GET /api/invites': to(CHARGE, 'any'),
  'POST /api/invites': to(CHARGE, 'any'),
  'DELETE /api/invites/:id': to(CHARGE, 'any'),
}

const UNKNOWN = to(CHARGE, 'main')

/** @param route as it was registered, such as `/api/sessions/:id` */
export function actionOf(method: string, route: string): Action | typeof OPEN {
  return ACTIONS[`${method === 'HEAD' ? 'GET' : method} ${route}`] ?? UNKNOWN
}

/** What a console is told, by what it could ask for as well. Who may not ask who listens anywhere hears of its own session. */
export const TOLD: Readonly<Record<ConsoleMessage['type'], string>> = {
  capture: 'GET /api/capture',
  levels: 'GET /health',
  mix: 'GET /api/mix',
  listeners: 'GET /api/listeners',
}

/** What a listener may send, by the role it came with. */
export const MESSAGES: Readonly<Record<ClientMessage['type'], readonly Role[]>> = {
  time_sync_batch: ALL,
  receipt: ALL,
  set_quality: ALL,
  set_mode: ALL,
  sync_report: ALL,
  transport: RIGHTS.transport,
  set_room: RIGHTS.settings,
}
