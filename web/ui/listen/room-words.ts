import type { DriftFeedback, Scheduled } from '../../../src/shared/wire/room-messages.ts'
import type { Stats } from '../../player/stats.ts'

/** How this listener stands to the others, in a sentence. It holds no figure that moves, so it can be read aloud. */
export function roomWords({ mode, state, sync }: Stats): string {
  if (sync.status === null || state !== 'playing') return 'Joining the others…'
  if (sync.status === 'degraded') return 'Set aside: you are muted until your connection can keep up.'
  if (sync.status === 'timeout') return 'The room has not heard from this page for a while.'
  if (sync.playing === false) return 'Paused.'
  if (sync.status === 'slow') return 'You may be out of step with the others.'
  if (!sync.locked) return 'Getting in step…'
  const others = sync.members ? Math.max(0, sync.members[mode] - 1) : 0
  if (others === 0) return 'In step. Nobody else is here.'
  return others === 1 ? 'In step with one other.' : `In step with ${others} others.`
}

/** What goes with it and may change at any time: for whoever looks. */
export function roomDetail({ state, sync }: Stats): string {
  if (state !== 'playing' || sync.status === null) return ''
  if (sync.status !== 'active') return sync.reason ?? ''
  if (sync.playing === false || sync.groupDelayMs === null) return ''
  const behind = `${delayWords(sync.groupDelayMs)} behind the instrument`
  return sync.backMs ? `${behind}, and ${delayWords(sync.backMs)} back` : behind
}

/** ms below a second, else s. */
export function delayWords(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

export const SCHEDULED_WORDS: Record<Scheduled['action'], string> = {
  play: 'Starts in',
  pause: 'Pauses in',
  seek: 'Goes back in',
  live: 'Live in',
}

const STATUS_WORDS = {
  active: 'in step',
  slow: 'slow',
  timeout: 'silent',
  degraded: 'set aside',
} as const

/** For a controller. */
export function feedbackWords({ listener, status, driftMs }: DriftFeedback): string {
  const drift =
    status === 'slow' && driftMs !== 0
      ? `, ${Math.abs(driftMs).toFixed(1)} ms ${driftMs > 0 ? 'late' : 'early'}`
      : ''
  return `Listener ${listener} is ${STATUS_WORDS[status]}${drift}.`
}
