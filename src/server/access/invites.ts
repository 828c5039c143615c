import { randomBytes } from 'node:crypto'
import type { Role } from '../../shared/wire/room-messages.ts'
import type { Grant, KeyFault } from './grant.ts'
import type { Invite, InviteBook } from './invite-book.ts'
import type { Secret } from './secret.ts'

export const DEFAULT_HOURS = 24
export const MOST_HOURS = 8760
const HOUR_MS = 3600e3
const ID_BYTES = 9

export interface Claims {
  role: Role
  session: string
  /** The invite's id. */
  jti: string
  /** Unix time, s. */
  exp: number
}

/** Signs and reads tokens. `read` throws whatever it throws on one that is not signed by us; it does not look at the time. */
export interface Signer {
  sign(claims: Claims): string
  read(token: string): Claims
}

export interface InviteWish {
  role: Role
  /** main without. */
  session?: string
  /** How long the link works; DEFAULT_HOURS without. */
  hours?: number
  /** It ends then at the latest, Unix time: nobody gives away more than they have. */
  notAfterMs?: number | undefined
}

/** An invite, with what opens the door. The token is told only here. */
export interface MadeInvite {
  id: string
  role: Role
  session: string
  token: string
  /** Of the page it is for, below the server's own address: `/s/ID/console?invite=…`. */
  path: string
  expiresMs: number
}

const PAGES: Readonly<Record<Role, string>> = { listener: '', controller: '/console', engineer: '/dev' }

/** Signed links that say who may do what, where, and until when; each can be taken back. */
export class Invites {
  readonly #secret: Secret
  readonly #book: InviteBook
  readonly #signer: Signer

  constructor(secret: Secret, book: InviteBook, signer: Signer) {
    this.#secret = secret
    this.#book = book
    this.#signer = signer
  }

  /** Rejects with a KeepingError. Does not look whether there is such a session. */
  async create(wish: InviteWish, nowMs = Date.now()): Promise<MadeInvite> {
    const { role, session = 'main', hours = DEFAULT_HOURS, notAfterMs = Number.POSITIVE_INFINITY } = wish
    const id = randomBytes(ID_BYTES).toString('base64url')
    const exp = Math.floor(Math.min(nowMs + hours * HOUR_MS, notAfterMs) / 1000)
    const invite: Invite = { id, role, session, createdMs: nowMs, expiresMs: exp * 1000 }
    await this.#secret.keep()
    await this.#book.add(invite, nowMs)
    const token = this.#signer.sign({ role, session, jti: id, exp })
    const room = session === 'main' ? '' : `/s/${session}`
    const path = `${room}${PAGES[role]}` || '/'
    return { id, role, session, token, path: `${path}?invite=${token}`, expiresMs: invite.expiresMs }
  }

  /** Those that work, the newest first. */
  alive(nowMs = Date.now()): Invite[] {
    return this.#book.alive(nowMs)
  }

  get(id: string): Invite | undefined {
    return this.#book.get(id)
  }

  /** Holds at once; rejects with a KeepingError when a restart would forget it. */
  revoke(id: string, nowMs = Date.now()): Promise<void> {
    return this.#book.revoke(id, nowMs)
  }

  /** What a token gives, or why it gives nothing. Never throws. */
  read(token: string, nowMs = Date.now()): Grant | KeyFault {
    let claims: Claims
    try {
      claims = this.#signer.read(token)
    } catch {
      return 'bad-key' // whatever is wrong with it, nobody is told what
    }
    const { role, session, jti, exp } = claims
    if (exp * 1000 <= nowMs) return 'expired-key'
    if (this.#book.get(jti) === undefined) return 'revoked-key'
    return { role, session, isHere: false, invite: jti, expiresMs: exp * 1000 }
  }
}
