import { ROLES, type Role } from '../../../src/shared/wire/room-messages.ts'
import { withoutBase } from './base-path.ts'
import { KEY_NAMES, keptKey } from './page-key.ts'

/** Which room this page is of, and what it asks to be there. */
export interface RoomAddress {
  session: string
  role: Role
  /** What proves a role to the server from afar; '' where there is none. */
  key: string
}

const MAIN = 'main'
/** `/s/` and a name that needs no escaping; the console and the dev panel of a session lie below it. */
const SESSION = /^\/s\/([\w-]{1,64})(?:\/(?:console|dev))?\/?$/
/** What a page is for, unless its address says otherwise. */
const ROLE_OF: Readonly<Record<string, Role>> = { console: 'controller', dev: 'engineer' }

/** From the page's own address: `/s/<session>?role=controller&key=…`; `/` is the session main. A key it had before counts, too. */
export function roomAddress({ pathname, search }: { pathname: string; search: string }): RoomAddress {
  const query = new URLSearchParams(search)
  const path = withoutBase(pathname)
  const place = /\/(console|dev)\/?$/.exec(path)?.[1] ?? ''
  const role = ROLES.find((known) => known === query.get('role')) ?? ROLE_OF[place] ?? 'listener'
  const session = SESSION.exec(path)?.[1] ?? MAIN
  const key = KEY_NAMES.map((name) => query.get(name)).find(Boolean) ?? keptKey(session)
  return { session, role, key }
}
