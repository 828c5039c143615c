import type { SourceStatus } from '../sessions/source-status.ts'

/** Sound that is missing for no longer is on its way back, ms. */
export const BEARABLE_MS = 5000

/**
 * Why no sound can be had. source-stopped: somebody stopped it, or it was given up. source-down: it has not come (back).
 * encoder-down: nobody gets Opus. That all places are taken is none: those who have one hear it.
 */
export const UNREADY_REASONS = ['source-stopped', 'source-down', 'encoder-down'] as const
export type UnreadyReason = (typeof UNREADY_REASONS)[number]

/** @param encoderFailedMs for how long no encoder has worked that somebody needs */
export function unreadyReasons(
  { state, quietSinceMs = Number.NaN }: Pick<SourceStatus, 'state' | 'quietSinceMs'>,
  encoderFailedMs: number,
  nowMs: number,
): UnreadyReason[] {
  const reasons: UnreadyReason[] = []
  if (state === 'stopped') reasons.push('source-stopped')
  else if (nowMs - quietSinceMs > BEARABLE_MS) reasons.push('source-down')
  if (encoderFailedMs > BEARABLE_MS) reasons.push('encoder-down')
  return reasons
}
