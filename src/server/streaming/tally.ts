import type { RungName } from '../../shared/rungs.ts'
import { RECEIPT_MS, type Receipt } from '../../shared/wire/control.ts'
import type { SentCounts, StreamingCounters } from './counters.ts'
import type { InFlight } from './in-flight.ts'

/** No receipt is believed to tell of more new runs of missing sound: they lie 50 ms apart, and a page may be late. */
const MOST_EPISODES = 10

/** What one listener adds to the counters of all. Not per packet: with its receipts, and when it changes its rung. */
export class Tally {
  readonly #counters: StreamingCounters
  /** What of all it was sent the counters have. */
  readonly #settled: SentCounts = { packets: 0, bytes: 0 }
  #episodes = Number.NaN
  #countFromMs = Number.NEGATIVE_INFINITY

  constructor(counters: StreamingCounters) {
    this.#counters = counters
  }

  /** `sent`: so far, all since the last call on this rung. */
  settle({ packets, bytes }: Readonly<SentCounts>, rung: RungName): void {
    const settled = this.#settled
    const counts = this.#counters.sentByRung[rung]
    counts.packets += packets - settled.packets
    counts.bytes += bytes - settled.bytes
    settled.packets = packets
    settled.bytes = bytes
  }

  /** A receipt has come, and `flow` knows it. However many come, one in RECEIPT_MS is counted: nobody counts for two. */
  heard({ episodes }: Readonly<Receipt>, flow: InFlight, nowMs: number): void {
    const { heard } = this.#counters
    const more = episodes - this.#episodes
    if (more > 0) heard.episodes += Math.min(more, MOST_EPISODES)
    this.#episodes = episodes
    // Half of one for the way, on which they may have come closer together.
    if (nowMs < this.#countFromMs - RECEIPT_MS / 2) return
    this.#countFromMs = Math.max(this.#countFromMs, nowMs) + RECEIPT_MS
    heard.inFlightMs.add(flow.ms)
    heard.rttMs.add(flow.roundTripMs)
  }
}
