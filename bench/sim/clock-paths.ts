// The ways between a listener and the server as clock probes see them: one way's delay, ms, drawn anew for each message.
import type { Random } from './random.ts'

export interface ClockPath {
  upMs(random: Random): number
  downMs(random: Random): number
  /** Both ways on average, spikes included: what eight probes are expected to take. */
  meanRttMs: number
  /** By how much the clock is off in the end because the two ways differ, ms: half the difference of their least delays. */
  biasMs: number
}

export type ClockPathName = 'lan' | 'wifi-good' | 'wifi-asymmetric' | 'wan' | 'lte'

/** Never less than `leastMs`: a packet is not there before it was sent. */
function normal(random: Random, meanMs: number, sdMs: number, leastMs: number): number {
  return Math.max(leastMs, meanMs + sdMs * random.normal())
}

function queueing(random: Random, meanMs: number): number {
  return -Math.log(1 - random.next()) * meanMs
}

/** Now and then (`share`) something is held up. */
function spike(random: Random, share: number, fromMs: number, toMs: number): number {
  return random.next() < share ? random.between(fromMs, toMs) : 0
}

const lanWay = (random: Random) => normal(random, 0.3, 0.1, 0.05) + spike(random, 0.01, 1, 10)
const wifiWay = (queueMs: number) => (random: Random) =>
  1 + queueing(random, queueMs) + spike(random, 0.03, 5, 30)
const farWay = (leastMs: number, queueMs: number) => (random: Random) =>
  leastMs + queueing(random, queueMs) + spike(random, 0.01, 20, 80)

export const CLOCK_PATHS: Record<ClockPathName, ClockPath> = {
  lan: { upMs: lanWay, downMs: lanWay, meanRttMs: 0.76, biasMs: 0 },
  'wifi-good': { upMs: wifiWay(0.6), downMs: wifiWay(0.6), meanRttMs: 4.3, biasMs: 0 },
  'wifi-asymmetric': { upMs: wifiWay(3), downMs: wifiWay(0.6), meanRttMs: 6.7, biasMs: 0 },
  wan: { upMs: farWay(16, 1), downMs: farWay(14, 1), meanRttMs: 33, biasMs: 1 },
  lte: { upMs: farWay(22, 8), downMs: farWay(18, 6), meanRttMs: 55, biasMs: 2 },
}
