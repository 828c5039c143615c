import type { ControlErrorReason } from '../../shared/wire/control.ts'

/** Why audio was left out for a listener. */
export type SkipReason = 'inFlight' | 'backlog'

/** Of all listeners of a session, also of those who left. Run from the server's start. */
export interface StreamingCounters {
  packetsSent: number
  /** Left out because too much was in flight, or because the socket did not take what it had. */
  packetsSkipped: Record<SkipReason, number>
  /** Changes of rung. */
  switches: number
  /** Listeners closed because they sent no receipts. */
  silent: number
  /** Listeners cut off because they did not read what they were told. */
  stalled: number
  /** Listeners turned away because there was no place. */
  refused: number
  badMessages: Record<ControlErrorReason, number>
}

export function zeroCounters(): StreamingCounters {
  return {
    packetsSent: 0,
    packetsSkipped: { inFlight: 0, backlog: 0 },
    switches: 0,
    silent: 0,
    stalled: 0,
    refused: 0,
    badMessages: {
      'not-json': 0,
      'bad-message': 0,
      'too-long': 0,
      binary: 0,
      forbidden: 0,
      'bad-transport': 0,
    },
  }
}
