// Who comes to a room in the simulator: many different listeners, the same ones for a seed.
import { CLOCK_PATHS, type ClockPathName } from '../clock-paths.ts'
import { type MakeNetwork, NETWORKS } from '../networks.ts'
import { Random } from '../random.ts'
import type { MemberOptions } from './member.ts'

export interface PeopleOptions {
  count: number
  seed: number
  seconds: number
  packetMs: number
  rateHz: number
  sourceServerPpm: number
  resyncMs: number
  /** Which networks, in turn. */
  networks: readonly ('lan' | 'wifi-good')[]
  /** Everybody comes within this time. */
  joinWithinMs: number
}

/** After the first, who is there at once. */
const FIRST_MS = 5000
const CALLBACKS = [128, 256, 441, 480, 512]
const PATHS: Record<string, ClockPathName> = { lan: 'lan', 'wifi-good': 'wifi-good' }

/** Clocks within ±100 ppm of the server's, devices within ±100 ppm of their clock, outputs of 5 to 30 ms. */
export function people(options: PeopleOptions): MemberOptions[] {
  const random = new Random(options.seed)
  const all = Array.from({ length: options.count }, (_, i) => {
    const name = options.networks[i % options.networks.length] as string
    const packets = Math.floor(random.between(0, options.joinWithinMs) / 1000) * (1000 / options.packetMs)
    return {
      id: i + 1,
      joinsMs: FIRST_MS + Math.round(packets * options.packetMs),
      localPpm: random.between(-100, 100),
      sinkPpm: random.between(-100, 100),
      clockPath: CLOCK_PATHS[PATHS[name] as ClockPathName],
      outputMs: random.between(5, 30),
      sourceServerPpm: options.sourceServerPpm,
      resyncMs: options.resyncMs,
      seconds: options.seconds,
      seed: options.seed * 1000 + i,
      network: NETWORKS[name] as MakeNetwork,
      profile: 'balanced' as const,
      callbackFrames: CALLBACKS[Math.floor(random.next() * CALLBACKS.length)] as number,
      callbackJitterMs: random.between(0, 2),
      packetMs: options.packetMs,
      rateHz: options.rateHz,
      contextRateHz: 48_000,
    }
  })
  // Who needs most is there first: a delay that has to be raised for a joiner takes its time, and that is another question.
  const neediest = all.reduce((a, b) => (needOf(b) > needOf(a) ? b : a))
  neediest.joinsMs = 0
  return all
}

function needOf({ outputMs, callbackFrames, callbackJitterMs = 0 }: MemberOptions): number {
  return outputMs + (2 * callbackFrames * 1000) / 48_000 + callbackJitterMs
}
