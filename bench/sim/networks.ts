// Synthetic networks: one-way delay of each packet, before in-order release. Where a model comes from stands with it.
import type { Random } from './random.ts'

/** Delay in ms of a packet sent at `sentMs`; called in the order of sending. */
export type Network = (sentMs: number) => number
export type MakeNetwork = (random: Random) => Network

function good(random: Random): number {
  return 1 + 0.8 * Math.abs(random.normal()) + (random.next() < 0.01 ? random.between(0, 8) : 0)
}

/** Packets that would arrive while the path stands still arrive when it moves again. */
function withStalls(under: Network, nextStall: (fromMs: number) => { atMs: number; ms: number }): Network {
  let stall = nextStall(0)
  return (sentMs) => {
    const delayMs = under(sentMs)
    while (stall.atMs + stall.ms < sentMs) stall = nextStall(stall.atMs + stall.ms)
    const arrivesMs = sentMs + delayMs
    return arrivesMs >= stall.atMs && arrivesMs < stall.atMs + stall.ms
      ? stall.atMs + stall.ms - sentMs
      : delayMs
  }
}

/**
 * In-order delivery over a lossy path: a loss holds a packet, and all behind it, for a round trip or more. Fitted to
 * recorded TCP (median stall 1.15 round trips + 5 ms).
 */
function tcp(rttMs: number, loss: number): MakeNetwork {
  return (random) => () => {
    const pathMs = rttMs / 2 + 0.2 * Math.abs(random.normal())
    if (random.next() >= loss) return pathMs
    const u = random.next()
    const late = u >= 0.1
    if (late) return pathMs + 1.15 * rttMs + 5
    if (rttMs <= 15 && random.next() < 0.5) return pathMs + 200 + random.between(0, 2 * rttMs)
    return pathMs + (u < 0.065 ? 2.2 : u < 0.09 ? 3.3 : 4.4) * rttMs + 5
  }
}

/** Pareto of shape 3, as netem's distribution table has it: mean 0, spread about `sd`. */
function pareto(random: Random): number {
  return ((1 - random.next()) ** (-1 / 3) - 1.5) / 0.87
}

export const NETWORKS: Record<string, MakeNetwork> = {
  lan: (random) => () => 0.3 + 0.1 * random.normal() + (random.next() < 0.001 ? random.between(0, 2) : 0),
  'wifi-good': (random) => () => good(random),
  /** Huitema, 2023: 20 ms UDP over Wi-Fi: median 4, 18 stalls above 100 ms in 10 minutes, then drained in order. */
  'wifi-stall': (random) =>
    withStalls(
      () => {
        const u = random.next()
        if (u < 0.95) return 1.2 + random.between(0, 1.2) + 0.4 * Math.abs(random.normal())
        return u < 0.985 ? 4 + random.between(0, 6) : 10 + random.between(0, 30)
      },
      (fromMs) => ({ atMs: fromMs + random.untilNextMs(18 / 600), ms: random.between(100, 270) }),
    ),
  /** A laptop whose radio hops to another channel twice a second. */
  awdl: (random) => {
    let next = 256
    return withStalls(
      () => good(random),
      () => {
        const atMs = next
        next += 512
        return { atMs, ms: random.between(60, 95) }
      },
    )
  },
  /** WiFiSeer, 47,000 devices: median 3, p90 20, p99 250 ms; slowly changing, as a busy channel is. */
  campus: (random) => {
    let z = 0
    return () => {
      z = 0.98 * z + Math.sqrt(1 - 0.98 ** 2) * random.normal()
      const x = z > 1.28 ? 1.9 + (z - 1.28) * 2.4 : z * 1.48
      return Math.min(400, 3 * Math.exp(x))
    }
  },
  /** JackTrip's own stand-in for Wi-Fi and for a wired path: packets released in slots, Pareto-spaced. */
  'slots-wifi': slots(0.1, 3),
  'slots-wired': slots(0.2, 0.3),
  'tcp-rtt20-loss1-model': tcp(20, 0.01),
  'tcp-rtt50-loss0.1-model': tcp(50, 0.001),
}

function slots(leastMs: number, spreadMs: number): MakeNetwork {
  return (random) => {
    let slotMs = 0
    return (sentMs) => {
      while (slotMs < sentMs)
        slotMs += Math.max(leastMs, leastMs + spreadMs * Math.max(0, 0.5 + pareto(random)))
      return slotMs - sentMs + 1
    }
  }
}

/** A recording, over and over: the packet sent at t waits as long as the one recorded at t. */
export function replay(delaysMs: Float64Array, everyMs: number): MakeNetwork {
  return () => (sentMs) => delaysMs[Math.floor(sentMs / everyMs) % delaysMs.length] as number
}
