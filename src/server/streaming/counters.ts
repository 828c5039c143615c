import { RUNG_NAMES, type RungName } from '../../shared/rungs.ts'
import type { ControlErrorReason } from '../../shared/wire/control.ts'
import { Buckets } from '../metrics/buckets.ts'

/** Why audio was left out for a listener. */
export type SkipReason = 'inFlight' | 'backlog'

/** What listeners were sent while they were on a rung; bytes: with what they were told. */
export interface SentCounts {
  packets: number
  bytes: number
}

/** What receipts and reports say. */
export interface HeardCounts {
  /** Runs of missing sound. */
  episodes: number
  /** Of each receipt, ms: what is in flight then, and what the way there and back takes. */
  inFlightMs: Buckets
  rttMs: Buckets
  /** How far members are from their room's line, ms. */
  syncErrorMs: Buckets
}

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
  /** Of each listener until it was asked last (`Listener.settle`). */
  sentByRung: Record<RungName, SentCounts>
  heard: HeardCounts
}

const LINK_EDGES_MS = [1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 400, 600, 1000]
const SYNC_EDGES_MS = [0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 30, 50, 100, 300]

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
    sentByRung: Object.fromEntries(
      RUNG_NAMES.map((name) => [name, { packets: 0, bytes: 0 }]),
    ) as StreamingCounters['sentByRung'],
    heard: {
      episodes: 0,
      inFlightMs: new Buckets(LINK_EDGES_MS),
      rttMs: new Buckets(LINK_EDGES_MS),
      syncErrorMs: new Buckets(SYNC_EDGES_MS),
    },
  }
}
