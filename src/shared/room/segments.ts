// What a synchronised group hears where on its room axis. The axis never stops and never jumps; pausing, starting and
// seeking change what lies on it from some room position on.

/** From room position `from` to the next segment's, frame r of the axis is frame r − shift of the stream. */
export interface Segment {
  from: number
  /** Whole frames, ≥ 0: how far behind live; at most what the histories hold. */
  shift: number
  /** Nothing is heard; what is sent is only to keep the way warm. */
  muted: boolean
}

/** Where a segment begins and ends its sound is faded, ms. */
export const SEGMENT_FADE_MS = 5

export const LIVE_SEGMENT: Readonly<Segment> = { from: 0, shift: 0, muted: false }

/** The segment that holds a room position, of a list in order of `from`; what is before the first belongs to it. */
export function segmentAt(segments: readonly Segment[], position: number): Segment {
  let found = segments[0]
  for (const segment of segments) {
    if (segment.from > position) break
    found = segment
  }
  return found ?? LIVE_SEGMENT
}
