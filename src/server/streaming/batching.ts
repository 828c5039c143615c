import { LONGEST_BATCH_MS } from './limits.ts'
import type { Pressure } from './pressure.ts'

/** Packets per message; the sizes share bytes, because each begins where the smaller ones begin. */
const SIZES = [2, 4, 8] as const
/**
 * A message of several makes the first of them late; the playout's target must be so many times that. A server that has not
 * the time for messages of one lets everybody hear gaps: then it may be half as much.
 */
const HEADROOM = { calm: 16, crowded: 2, overloaded: 0.5 } as const satisfies Record<Pressure, number>
/** A size that is in use is kept a little below where it would be chosen. */
const KEEP = 0.7

/** Packets per message for a listener that plays `targetMs` behind. */
export function batchFor(current: number, targetMs: number, packetMs: number, pressure: Pressure): number {
  const headroom = HEADROOM[pressure]
  let chosen = 1
  for (const size of SIZES) {
    if (size * packetMs > LONGEST_BATCH_MS) break
    const costMs = (size - 1) * packetMs
    if (targetMs > 0 && costMs * headroom * (size <= current ? KEEP : 1) <= targetMs) chosen = size
  }
  return chosen
}
