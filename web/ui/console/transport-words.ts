import type { RoomState } from './room-answer.ts'

/** What those in Together and Steady hear, for the display. */
export function placeWords({ known, playing, backMs }: RoomState): string {
  if (!known) return '––'
  if (!playing) return 'Paused'
  return backMs < 100 ? 'Live' : `${(backMs / 1000).toFixed(1)} s back`
}
