import type { ControlErrorReason } from '../../shared/wire/control.ts'

/** Of all listeners of a session, also of those who left. Run from the server's start. */
export interface StreamingCounters {
  packetsSent: number
  /** Went unsent because the listener's backlog was full, or its stream had ended. */
  packetsDropped: number
  /** Listeners terminated because their socket did not move. */
  stalled: number
  /** Listeners turned away because there was no place. */
  refused: number
  badMessages: Record<ControlErrorReason, number>
}

export function zeroCounters(): StreamingCounters {
  return {
    packetsSent: 0,
    packetsDropped: 0,
    stalled: 0,
    refused: 0,
    badMessages: { 'not-json': 0, 'bad-message': 0, 'too-long': 0, binary: 0 },
  }
}
