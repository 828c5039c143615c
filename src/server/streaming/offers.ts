import { RUNGS, type Rung, type RungName, wireBitsPerSecond } from '../../shared/rungs.ts'
import { HEADER_BYTES } from '../../shared/wire/packet.ts'

/** A rung that there is for the stream that plays. */
export interface Offer {
  name: RungName
  opus: boolean
  /** What it takes of a link with one packet per message, bit/s. */
  wireBps: number
  /** What of that a receipt counts: packets, without what carries them. */
  packetBps: number
  /** What one packet lasts. */
  packetMs: number
}

/** All rungs of a stream, best first. `float`: the source has more than 16 bits. */
export function offersOf(rateHz: number, periodFrames: number, float: boolean): Offer[] {
  return RUNGS.filter((rung) => float || rung.codec !== 'pcm-f32').map((rung) =>
    offer(rung, rateHz, periodFrames),
  )
}

function offer(rung: Rung, rateHz: number, periodFrames: number): Offer {
  const wireBps = wireBitsPerSecond(rung, rateHz, periodFrames)
  const packetMs = rung.codec === 'opus' ? rung.packetMs : (periodFrames * 1000) / rateHz
  const mediaBps =
    rung.codec === 'opus' ? rung.bitsPerSecond : rateHz * 8 * (rung.codec === 'pcm-f32' ? 8 : 4)
  const packetBps = mediaBps + ((HEADER_BYTES * 8) / packetMs) * 1000
  return { name: rung.name, opus: rung.codec === 'opus', wireBps, packetBps, packetMs }
}
