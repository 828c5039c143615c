// What one listener's run is given, whoever watches it.
import type { Profile } from '../../src/shared/playout/profile.ts'
import type { MakeNetwork } from './networks.ts'
import { PositionResampler } from './position-resampler.ts'
import { Receiver, type ReceiverOptions } from './receiver.ts'

export interface Span {
  atMs: number
  ms: number
}

export interface Circumstances {
  seconds: number
  seed: number
  network: MakeNetwork
  profile: Profile
  /** Frames the device asks for at once; a browser renders whole quanta of 128, with a carry. */
  callbackFrames: number
  packetMs: number
  rateHz?: number
  contextRateHz?: number
  sourcePpm?: number
  sinkPpm?: number
  /** Added to sourcePpm, at a time in ms. */
  wander?: (atMs: number) => number
  seedPpm?: number
  /** Each callback is late by U(0, this), ms. */
  callbackJitterMs?: number
  /** Callbacks that never come, an hour: what the device did not ask for within 20 ms is gone. */
  missesPerHour?: number
  /** The thread that takes packets stands still for 5–50 ms so many times a second. */
  jankPerS?: number
  /** What would arrive within comes right after, or with `lost` never. */
  outages?: readonly (Span & { lost?: boolean })[]
  /** Share of packets that are lost, each by itself. */
  loss?: number
  /** The source records nothing, and its capture times step over it. */
  sourcePauses?: readonly Span[]
}

export const RATE_HZ = 48_000

/** Its receiving side. Without `sound` nothing is rendered: positions are all that is followed. */
export function receiverFor(
  given: Circumstances,
  sound: boolean,
  dateMs?: ReceiverOptions['dateMs'],
): Receiver {
  return new Receiver({
    rateHz: given.rateHz ?? RATE_HZ,
    contextRateHz: given.contextRateHz ?? RATE_HZ,
    packetFrames: packetFramesOf(given),
    profile: given.profile,
    seedPpm: given.seedPpm ?? 0,
    ...(dateMs ? { dateMs } : {}),
    ...(sound ? {} : { makeResampler: (bandwidth) => new PositionResampler(bandwidth) }),
  })
}

export function packetFramesOf({ packetMs, rateHz = RATE_HZ }: Circumstances): number {
  return Math.round((packetMs * rateHz) / 1000)
}

/** How fast a clock runs that is off by so many ppm. */
export function speedOf(ppm = 0): number {
  return 1 + ppm * 1e-6
}
