import { LONGEST_BATCH_MS } from './limits.ts'

/** Packets per message; the sizes share bytes, because each begins where the smaller ones begin. */
const SIZES = [2, 4, 8] as const
/** A message of several makes the first of them late; the playout's target must be so many times that. */
const HEADROOM = 16
/** The same when the server has hardly time for all its listeners. */
const HEADROOM_CROWDED = 2
/** A size that is in use is kept a little below where it would be chosen. */
const KEEP = 0.7

/** Packets per message for a listener that plays `targetMs` behind. */
export function batchFor(current: number, targetMs: number, packetMs: number, crowded: boolean): number {
  const headroom = crowded ? HEADROOM_CROWDED : HEADROOM
  let chosen = 1
  for (const size of SIZES) {
    if (size * packetMs > LONGEST_BATCH_MS) break
    const costMs = (size - 1) * packetMs
    if (costMs * headroom * (size <= current ? KEEP : 1) <= targetMs) chosen = size
  }
  return chosen
}
