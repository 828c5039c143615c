import type { Role } from '../../shared/wire/room-messages.ts'

/** As whom a request comes. */
export interface Grant {
  readonly role: Role
  readonly session: string
  /** On this computer: everything is open, in every session. */
  readonly isHere: boolean
  /** By which invite, and until when (Unix time); absent: by a key, or from here. */
  readonly invite?: string
  readonly expiresMs?: number
}

/** Why a key opens nothing. */
export type KeyFault = 'no-key' | 'bad-key' | 'expired-key' | 'revoked-key'

/** For a person. */
export const KEY_WORDS: Readonly<Record<KeyFault, string>> = {
  'no-key': 'From another computer this takes an invite, or a key.',
  'bad-key': 'This key does not open anything here.',
  'expired-key': 'This link has expired. Ask for a new one.',
  'revoked-key': 'This link has been taken back. Ask for a new one.',
}
