import { type ClockSample, PROBES_PER_BURST } from '../../src/shared/clock/clock-sync.ts'
import type { TimeSyncReply } from '../../src/shared/wire/control.ts'

const EARLY_BURSTS_MS = [0, 2000, 4000, 6000, 8000]
const LATER_MS = 10_000
const TIMEOUT_MS = 2000

/**
 * When to ask the server for the time: bursts of 8 probes at 0, 2, 4, 6, 8 s and then every 10 s. One probe
 * is in flight at a time, because on TCP a delayed one delays those behind it.
 */
export class Prober {
  #startMs = 0
  #bursts = 0
  #left = 0
  #id = 0
  #inFlight = false
  #sentMs = 0

  /** A new connection, or clocks that may have stepped: nothing is in flight, the first burst is due now. */
  start(nowMs: number): void {
    this.#startMs = nowMs
    this.#bursts = 0
    this.#left = 0
    this.#inFlight = false
  }

  /** Between two bursts. */
  get idle(): boolean {
    return this.#left === 0 && !this.#inFlight
  }

  /** The probe to send now, if one is due. Call on a timer and after each reply. */
  next(nowMs: number): { id: number; clientSentMs: number } | undefined {
    if (this.#inFlight) {
      if (nowMs - this.#sentMs < TIMEOUT_MS) return undefined
      this.#inFlight = false
      this.#left = 0
    }
    if (this.#left === 0) {
      const sinceMs = nowMs - this.#startMs
      if (sinceMs < burstAtMs(this.#bursts)) return undefined
      // A timer that stood still has missed bursts; one makes up for all of them.
      while (sinceMs >= burstAtMs(this.#bursts)) this.#bursts++
      this.#left = PROBES_PER_BURST
    }
    this.#left--
    this.#inFlight = true
    this.#sentMs = nowMs
    return { id: ++this.#id, clientSentMs: nowMs }
  }

  /** Turns a reply into a sample, if it answers the probe in flight. */
  heard(reply: TimeSyncReply, nowMs: number): ClockSample | undefined {
    const sample = reply.samples.find((s) => s.id === this.#id)
    if (!this.#inFlight || !sample) return undefined
    this.#inFlight = false
    // Our own send stamp, not the echoed one: it can not have been changed on the way.
    return {
      t1Ms: this.#sentMs,
      t2Ms: sample.serverReceivedUs / 1000,
      t3Ms: sample.serverSentUs / 1000,
      t4Ms: nowMs,
    }
  }
}

function burstAtMs(index: number): number {
  return EARLY_BURSTS_MS[index] ?? (index - EARLY_BURSTS_MS.length + 1) * LATER_MS
}
