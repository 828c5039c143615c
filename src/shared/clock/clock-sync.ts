/** One answered probe: t1 sent, t4 heard (local ms), t2 received, t3 answered (server ms). */
export interface ClockSample {
  t1Ms: number
  t2Ms: number
  t3Ms: number
  t4Ms: number
}

export interface ClockEstimate {
  /** Server clock minus local time. */
  offsetMs: number
  /** Half the round trip the offset was taken from: what path asymmetry could hide. */
  errorMs: number
  /** Half the least round trip of late. */
  networkMs: number
}

const KEEP = 32
/** What two computer clocks drift apart at most: an old sample has to be this much better to win. */
const DRIFT = 50e-6

/**
 * Server clock from probes: the offset of the sample with the least half round trip plus ageing. A sample
 * that waited in a queue has a long round trip and never wins. No drift term: between two bursts (10 s)
 * the estimate walks off by 0.4 ms at 40 ppm.
 */
export class ClockSync {
  readonly #samples: ClockSample[] = []
  #next = 0

  reset(): void {
    this.#samples.length = 0
    this.#next = 0
  }

  /** Returns false, and ignores the sample, when it can not be true. */
  add(sample: ClockSample): boolean {
    const rtt = rttMs(sample)
    if (!Number.isFinite(rtt) || rtt < 0) return false
    this.#samples[this.#next] = sample
    this.#next = (this.#next + 1) % KEEP
    return true
  }

  estimate(nowMs: number): ClockEstimate | undefined {
    let best: ClockSample | undefined
    let bestCost = Number.POSITIVE_INFINITY
    let leastRtt = Number.POSITIVE_INFINITY
    for (const sample of this.#samples) {
      const rtt = rttMs(sample)
      const cost = rtt / 2 + (nowMs - sample.t4Ms) * DRIFT
      leastRtt = Math.min(leastRtt, rtt)
      if (cost < bestCost) {
        best = sample
        bestCost = cost
      }
    }
    if (!best) return undefined
    const offsetMs = (best.t2Ms - best.t1Ms + (best.t3Ms - best.t4Ms)) / 2
    return { offsetMs, errorMs: rttMs(best) / 2, networkMs: leastRtt / 2 }
  }
}

function rttMs(s: ClockSample): number {
  return s.t4Ms - s.t1Ms - (s.t3Ms - s.t2Ms)
}
