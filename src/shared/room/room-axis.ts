// Which position a synchronised group hears at which server time. The *room axis* counts frames as the live stream
// does, so a room position is a stream position where nothing was shifted (segments.ts says where something was).
import { type DelaySchedule, delayMsAt, settledUs } from './delay-schedule.ts'

/** The smoothed capture line of the source: `position` was captured at `captureUs`, and `rateHz` frames a second follow. */
export interface CaptureAnchor {
  position: number
  /** Server clock, µs. */
  captureUs: number
  /** Measured against the server clock, so not exactly the nominal rate. */
  rateHz: number
  /** Part of that which is no rate of the source: it stood still, and the line is being moved to where it is now. */
  slewPpm?: number
}

/** When a position was, or will be, captured: server clock, µs. */
export function capturedAtUs({ position, captureUs, rateHz }: CaptureAnchor, of: number): number {
  return captureUs + ((of - position) * 1e6) / rateHz
}

/** Room position that is heard at `serverUs`; a fraction. */
export function roomPositionAt(anchor: CaptureAnchor, schedule: DelaySchedule, serverUs: number): number {
  const capturedUs = serverUs - delayMsAt(schedule, serverUs) * 1000
  return anchor.position + ((capturedUs - anchor.captureUs) * anchor.rateHz) / 1e6
}

/** When a room position is heard: server clock, µs. The inverse of `roomPositionAt`. */
export function heardAtUs(anchor: CaptureAnchor, schedule: DelaySchedule, position: number): number {
  const capturedUs = capturedAtUs(anchor, position)
  const { fromMs, toMs, atUs } = schedule
  const before = capturedUs + fromMs * 1000
  if (before <= atUs) return before
  const after = capturedUs + toMs * 1000
  const endUs = settledUs(schedule)
  if (after >= endUs) return after
  // Between the two the delay is a line, so the time is one, too.
  const startCaptureUs = atUs - fromMs * 1000
  const endCaptureUs = endUs - toMs * 1000
  return atUs + ((capturedUs - startCaptureUs) * (endUs - atUs)) / (endCaptureUs - startCaptureUs)
}
