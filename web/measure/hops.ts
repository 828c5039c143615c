import type { MarkerTimes } from '../../src/shared/wire/measure.ts'
import type { LatencyMs } from '../player/output/latency-meter.ts'

export type HopName = 'capture' | 'server' | 'network' | 'buffer' | 'output'

export interface Hop {
  name: HopName
  measuredMs: number
  /** Of the page's running estimate; null: not known, or, of the server, in that of the capture. */
  estimateMs: number | null
}

export interface Hops {
  /** They add up to the total. */
  hops: Hop[]
  totalMs: number
  estimateMs: number | null
}

/** Where a marker was when, on this page's side; local time, ms. */
export interface Sighting {
  /** Frames from the beginning of the packet it came in to the marker. */
  intoPacketFrames: number
  /** When that packet came. */
  arrivedMs: number
  /** When the marker left the worklet, and is heard. */
  leftMs: number
  heardMs: number
  /** Server clock minus local time. */
  offsetMs: number
  rateHz: number
}

/**
 * The way of the frame with which the marker's packet begins: all of a packet comes at once, so that frame is the one that
 * waits for it, and the one the estimate is of. Pure.
 */
export function hopsOf(times: MarkerTimes, sighting: Sighting, estimate: LatencyMs): Hops {
  const { intoPacketFrames, arrivedMs, leftMs, heardMs, offsetMs, rateHz } = sighting
  const intoMs = (intoPacketFrames * 1000) / rateHz
  // By the server's clock.
  const capturedMs = times.captureUs / 1000 - intoMs
  const receivedMs = times.receivedUs / 1000
  const sentMs = times.sentUs / 1000
  const hop = (name: HopName, measuredMs: number, estimateMs: number | null): Hop => {
    return { name, measuredMs, estimateMs }
  }
  const hops = [
    hop('capture', receivedMs - capturedMs, estimate.capture),
    hop('server', sentMs - receivedMs, null),
    hop('network', arrivedMs + offsetMs - sentMs, estimate.network),
    hop('buffer', leftMs - intoMs - arrivedMs, estimate.buffer),
    hop('output', heardMs - leftMs, estimate.output),
  ]
  const totalMs = hops.reduce((sum, { measuredMs }) => sum + measuredMs, 0)
  return { hops, totalMs, estimateMs: estimate.total }
}
