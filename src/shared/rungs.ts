// The quality ladder: every way the sound can be sent, best first. Server and page know the same table.
import { BYTES_PER_PCM16_FRAME } from './audio-format.ts'
import { HEADER_BYTES } from './wire/packet.ts'

export const RUNG_NAMES = ['pcm-f32', 'pcm16', 'opus-256', 'opus-128', 'opus-96', 'opus-64'] as const
export type RungName = (typeof RUNG_NAMES)[number]

export interface PcmRung {
  name: RungName
  codec: 'pcm16' | 'pcm-f32'
}

/** Opus runs at 48 kHz whatever the source does; one packet is one Opus frame of `packetMs`. */
export interface OpusRung {
  name: RungName
  codec: 'opus'
  bitsPerSecond: number
  packetMs: 2.5 | 5 | 10 | 20
}

export type Rung = PcmRung | OpusRung

export const OPUS_RATE_HZ = 48_000
/** Look-ahead of the encoder in its restricted low-delay mode: what is decoded is so many frames (of 48 kHz) late. */
export const OPUS_LOOKAHEAD_FRAMES = 120
/**
 * A decoder that begins in the middle needs so much before what it gives is what the encoder meant. RFC 7845 §4.6 says 80 ms at
 * least, because each packet tells loudness as a difference from the one before. With an encoder that expects no losses, what
 * differs from a decoder that was always there is then still at −44 dBFS for a chord at −10, and 240 ms are needed for −69;
 * with one that expects 10 % (opus-native.ts) it is below −60 on every rung after 120, and on all but opus-64 after 80.
 */
export const OPUS_WARM_UP_MS = 120

/** `pcm-f32` is there only when the source has more than 16 bits. */
export const RUNGS: readonly Rung[] = [
  { name: 'pcm-f32', codec: 'pcm-f32' },
  { name: 'pcm16', codec: 'pcm16' },
  { name: 'opus-256', codec: 'opus', bitsPerSecond: 256_000, packetMs: 2.5 },
  { name: 'opus-128', codec: 'opus', bitsPerSecond: 128_000, packetMs: 5 },
  { name: 'opus-96', codec: 'opus', bitsPerSecond: 96_000, packetMs: 10 },
  { name: 'opus-64', codec: 'opus', bitsPerSecond: 64_000, packetMs: 20 },
]

/** The rung of this name. Throws RangeError when there is none. */
export function rungNamed(name: string): Rung {
  const rung = RUNGS.find((one) => one.name === name)
  if (!rung) throw new RangeError(`no rung is named ${name}: there are ${RUNG_NAMES.join(', ')}`)
  return rung
}

export function isRungName(name: unknown): name is RungName {
  return RUNG_NAMES.some((one) => one === name)
}

/** TCP/IPv6 with time stamps, WebSocket frame: what a small message costs besides itself, bytes. */
const MESSAGE_BYTES = 76

/** What a rung takes of a link, packet headers and one message per packet included, bit/s. */
export function wireBitsPerSecond(rung: Rung, rateHz: number, periodFrames: number): number {
  const opus = rung.codec === 'opus'
  const packetsPerSecond = opus ? 1000 / rung.packetMs : rateHz / periodFrames
  const bytesPerFrame = rung.codec === 'pcm-f32' ? 2 * BYTES_PER_PCM16_FRAME : BYTES_PER_PCM16_FRAME
  const media = opus ? rung.bitsPerSecond : rateHz * bytesPerFrame * 8
  return media + packetsPerSecond * (HEADER_BYTES + MESSAGE_BYTES) * 8
}
