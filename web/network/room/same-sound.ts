import type { Segment } from '../../../src/shared/room/segments.ts'

/** What both have in common of the axis sounds the same: nothing of it has to be dropped for the other. */
export function isSameSound(a: Segment, b: Segment): boolean {
  return a.shift === b.shift && a.muted === b.muted
}
