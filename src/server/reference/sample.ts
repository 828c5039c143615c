// What one exchange with an NTP server tells. Pure.
import { NtpError } from './ntp-error.ts'
import type { NtpReply } from './ntp-packet.ts'

/** RFC 5905's PHI: how fast an uncorrected clock may run away. */
export const AGEING_PPM = 15

/**
 * A *line* is the Unix time, ms, at which the server clock (`process.hrtime`) showed 0: two clocks that run at the same
 * pace differ by one number, and nobody can set this one.
 */
export interface Sample {
  server: string
  /** Server clock in the middle of the exchange, µs. */
  atUs: number
  lineMs: number
  /** The truth is within ± this of the line, if the server is honest. */
  errorMs: number
  stratum: number
}

/** @param sentUs,receivedUs server clock, µs, when the request went and the answer came. Throws NtpError. */
export function sampleOf(server: string, reply: NtpReply, sentUs: number, receivedUs: number): Sample {
  const roundTripMs = (receivedUs - sentUs) / 1e3 - (reply.sentMs - reply.receivedMs)
  // Two clocks are never quite of one pace, so a little less than nothing is possible.
  if (roundTripMs < -1)
    throw new NtpError('impossible-times', 'the server had it longer than the exchange took')
  const atUs = (sentUs + receivedUs) / 2
  return {
    server,
    atUs,
    lineMs: (reply.receivedMs + reply.sentMs) / 2 - atUs / 1e3,
    errorMs: Math.max(0, roundTripMs) / 2 + reply.rootDistanceMs,
    stratum: reply.stratum,
  }
}

/** How far from the truth the line of a sample may be by now, ms. */
export function agedErrorMs({ errorMs, atUs }: Pick<Sample, 'errorMs' | 'atUs'>, nowUs: number): number {
  return errorMs + (Math.max(0, nowUs - atUs) / 1e3) * AGEING_PPM * 1e-6
}
