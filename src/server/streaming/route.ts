// What a listener is to be sent: what lies on the room axis of its group. Pure.
import { LIVE_SEGMENT, type Segment, segmentAt } from '../../shared/room/segments.ts'

/** One for all of a group. The list is replaced as a whole, never changed in place: by that a change is noticed. */
export interface Route {
  /** In order of `from`; the first holds what is before it, too. */
  readonly segments: readonly Segment[]
  /** From capture to ear in this group, ms; 0: everybody as early as they can. */
  readonly delayMs: number
}

/** Of who listens to nothing but what is played now. */
export const LIVE_ROUTE: Route = Object.freeze({ segments: Object.freeze([LIVE_SEGMENT]), delayMs: 0 })

/** Where the segment that holds `position` ends; Infinity: it is the last. */
export function endAfter(segments: readonly Segment[], position: number): number {
  for (const { from } of segments) if (from > position) return from
  return Number.POSITIVE_INFINITY
}

/** From which room position on another sound lies there than before, as far as both lists tell; Infinity: nowhere. */
export function changedFrom(before: readonly Segment[], after: readonly Segment[]): number {
  const begin = Math.max(before[0]?.from ?? 0, after[0]?.from ?? 0)
  let first = Number.POSITIVE_INFINITY
  for (const from of [begin, ...before.map((one) => one.from), ...after.map((one) => one.from)]) {
    if (from < begin || from >= first) continue
    if (!soundsAlike(segmentAt(before, from), segmentAt(after, from))) first = from
  }
  return first
}

export function soundsAlike(a: Segment, b: Segment): boolean {
  return a.shift === b.shift && a.muted === b.muted
}
