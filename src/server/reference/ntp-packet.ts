// The 48 bytes of SNTP (RFC 4330, RFC 5905). Pure.
import { NtpError } from './ntp-error.ts'

export const PACKET_BYTES = 48
/** RFC 5905's MAXDIST: a server further than this from its source of time, or less sure, is of no use. */
export const MAX_ROOT_DISTANCE_MS = 1500

const CLIENT = 3
const SERVER = 4
const VERSION = 4
const UNSYNCHRONISED_LEAP = 3
const MAX_STRATUM = 15
/** Seconds from 1900, NTP's beginning, to 1970. */
const UNIX_AT = 2_208_988_800
const ERA_SECONDS = 2 ** 32

/** What a server says of the time. */
export interface NtpReply {
  /** When the server got the request and sent the answer, by its own clock, Unix ms. */
  receivedMs: number
  sentMs: number
  /** 1: has a clock of its own; each further one is one server away from it. */
  stratum: number
  /** How far the server may be from the truth by its own account: half its way to the source, and its dispersion. */
  rootDistanceMs: number
}

/**
 * A request. The transmit time is not the time but 64 random bits: the server sends them back, nobody off the way can
 * guess them, and the request says nothing of this computer's clock.
 */
export function encodeRequest(nonce: bigint): Uint8Array {
  const bytes = new Uint8Array(PACKET_BYTES)
  bytes[0] = (VERSION << 3) | CLIENT
  new DataView(bytes.buffer).setBigUint64(40, nonce)
  return bytes
}

/** Reads an answer to the request with this nonce. Throws NtpError and nothing else. */
export function decodeReply(bytes: Uint8Array, nonce: bigint): NtpReply {
  if (bytes.length < PACKET_BYTES) throw new NtpError('truncated', `${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // Before all else: what does not answer our question may be from anybody.
  if (view.getBigUint64(24) !== nonce) throw new NtpError('wrong-origin')
  const first = view.getUint8(0)
  const [leap, version, mode] = [first >> 6, (first >> 3) & 7, first & 7]
  if (mode !== SERVER || version < 3 || version > 4)
    throw new NtpError('not-a-server', `mode ${mode}, version ${version}`)
  const stratum = view.getUint8(1)
  if (stratum === 0) throw new NtpError('kiss-of-death', kissCode(bytes))
  if (leap === UNSYNCHRONISED_LEAP || stratum > MAX_STRATUM)
    throw new NtpError('unsynchronised', `leap ${leap}, stratum ${stratum}`)
  const rootDistanceMs = shortMs(view, 4) / 2 + shortMs(view, 8)
  if (rootDistanceMs > MAX_ROOT_DISTANCE_MS) throw new NtpError('too-uncertain', `± ${rootDistanceMs} ms`)
  if (view.getBigUint64(32) === 0n || view.getBigUint64(40) === 0n)
    throw new NtpError('impossible-times', 'no time in it')
  const [receivedMs, sentMs] = [timestampMs(view, 32), timestampMs(view, 40)]
  if (sentMs < receivedMs) throw new NtpError('impossible-times', 'sent before it was received')
  return { receivedMs, sentMs, stratum, rootDistanceMs }
}

/** Four letters, such as RATE or DENY; anything else is not shown. */
function kissCode(bytes: Uint8Array): string {
  const code = String.fromCharCode(...bytes.subarray(12, 16))
  return /^[A-Z]{4}$/.test(code) ? code : 'kiss-of-death'
}

/** 16.16 fixed point seconds. */
function shortMs(view: DataView, at: number): number {
  return (view.getUint32(at) * 1000) / 65_536
}

/** 32.32 fixed point seconds since 1900; those whose first bit is 0 are of the next era, which begins in 2036. */
function timestampMs(view: DataView, at: number): number {
  const seconds = view.getUint32(at)
  const era = seconds < ERA_SECONDS / 2 ? ERA_SECONDS : 0
  return (seconds + era - UNIX_AT) * 1000 + (view.getUint32(at + 4) * 1000) / ERA_SECONDS
}

/** The other way round, for whoever answers as a server. */
export function writeTimestamp(view: DataView, at: number, unixMs: number): void {
  const seconds = Math.floor(unixMs / 1000)
  view.setUint32(at, (seconds + UNIX_AT) % ERA_SECONDS)
  view.setUint32(at + 4, Math.floor(((unixMs - seconds * 1000) / 1000) * ERA_SECONDS))
}
