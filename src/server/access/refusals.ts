// How often who was refused what, by reason, since the server's start. The reasons are those that are told.
export const REFUSAL_REASONS = [
  'no-key',
  'bad-key',
  'expired-key',
  'revoked-key',
  'wrong-role',
  'wrong-session',
  'bad-origin',
  'too-many-attempts',
  'too-many-requests',
  'too-many-upgrades',
  'server-full',
  'session-full',
  'address-full',
  'message-rate',
  'message-size',
  'slow-request',
  'long-header',
] as const

export type RefusalReason = (typeof REFUSAL_REASONS)[number]
export type Refusals = Record<RefusalReason, number>

export function zeroRefusals(): Refusals {
  return Object.fromEntries(REFUSAL_REASONS.map((reason) => [reason, 0])) as Refusals
}
