import type { Role } from '../../shared/wire/room-messages.ts'

/** What a member of a room may do beyond listening, and who may. */
export const RIGHTS = {
  /** Start, pause, seek. */
  transport: ['controller'],
  /** Settings of the room. */
  settings: ['controller', 'engineer'],
  /** To be told how the others do. */
  feedback: ['controller', 'engineer'],
} as const satisfies Record<string, readonly Role[]>

export type Right = keyof typeof RIGHTS

export function may(role: Role, right: Right): boolean {
  return (RIGHTS[right] as readonly Role[]).includes(role)
}

/** Somebody wishes what is not for them. Nothing has changed. */
export class ForbiddenError extends Error {
  constructor(right: Right) {
    super(`Only ${RIGHTS[right].join(' and ')} may do this.`)
    this.name = 'ForbiddenError'
  }
}
