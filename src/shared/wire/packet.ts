// Audio packet, server → browser, little-endian, 32-byte header, then the payload:
//
//    0 u8  version        PACKET_VERSION
//    1 u8  flags          bit 0: first packet after a gap in position; the rest is 0
//    2 u8  codec          CODEC
//    3 u8  channels       channels in the payload
//    4 u16 frames         frames in the payload
//    6 u16 payloadBytes   so that several packets can ride in one message, back to back
//    8 u32 streamId       a restart of the source is a new id
//   12 u32 sequence       packets of this stream, counted from 0, wraps
//   16 f64 position       index of the first frame in its stream: an exact integer
//   24 f64 captureUs      server clock at the first frame, µs
//   32     payload        pcm16: interleaved Int16
//
// Compatibility: a reader refuses a version it does not know, and ignores flag bits it does not know.
// New fields mean a new version; both ends come from the same build, so only one is spoken at a time.
import { WireError } from './wire-error.ts'

export const PACKET_VERSION = 1
export const HEADER_BYTES = 32
export const CODEC = { pcm16: 1 } as const
export const FLAG_GAP = 1

export interface PacketHeader {
  flags: number
  codec: number
  channels: number
  frames: number
  payloadBytes: number
  streamId: number
  sequence: number
  position: number
  captureUs: number
}

/** A header to read into, so that the receive path allocates nothing per packet. */
export function emptyHeader(): PacketHeader {
  return {
    flags: 0,
    codec: 0,
    channels: 0,
    frames: 0,
    payloadBytes: 0,
    streamId: 0,
    sequence: 0,
    position: 0,
    captureUs: 0,
  }
}

/** Writes `header` at `offset`. Does not allocate. Throws RangeError when `view` is too short. */
export function writeHeader(view: DataView, offset: number, header: PacketHeader): void {
  view.setUint8(offset, PACKET_VERSION)
  view.setUint8(offset + 1, header.flags)
  view.setUint8(offset + 2, header.codec)
  view.setUint8(offset + 3, header.channels)
  view.setUint16(offset + 4, header.frames, true)
  view.setUint16(offset + 6, header.payloadBytes, true)
  view.setUint32(offset + 8, header.streamId, true)
  view.setUint32(offset + 12, header.sequence, true)
  view.setFloat64(offset + 16, header.position, true)
  view.setFloat64(offset + 24, header.captureUs, true)
}

/**
 * Reads the packet at `offset` into `out` and returns the offset of the next one.
 * Throws WireError, and nothing else, when the bytes are not a packet. Does not allocate otherwise.
 */
export function readHeader(view: DataView, offset: number, out: PacketHeader): number {
  const left = view.byteLength - offset
  if (left < HEADER_BYTES)
    throw new WireError('too-short', `${left} bytes left, a header has ${HEADER_BYTES}`)
  const version = view.getUint8(offset)
  if (version !== PACKET_VERSION) throw new WireError('bad-version', String(version))
  out.flags = view.getUint8(offset + 1)
  out.codec = view.getUint8(offset + 2)
  out.channels = view.getUint8(offset + 3)
  out.frames = view.getUint16(offset + 4, true)
  out.payloadBytes = view.getUint16(offset + 6, true)
  out.streamId = view.getUint32(offset + 8, true)
  out.sequence = view.getUint32(offset + 12, true)
  out.position = view.getFloat64(offset + 16, true)
  out.captureUs = view.getFloat64(offset + 24, true)
  if (out.codec !== CODEC.pcm16) throw new WireError('bad-codec', String(out.codec))
  if (out.frames === 0 || out.channels === 0) throw new WireError('bad-field', 'no frames or no channels')
  if (out.payloadBytes !== out.frames * out.channels * 2)
    throw new WireError('bad-length', `${out.payloadBytes} bytes for ${out.frames} × ${out.channels} Int16`)
  if (left - HEADER_BYTES < out.payloadBytes) throw new WireError('too-short', 'payload is cut off')
  if (!Number.isSafeInteger(out.position) || out.position < 0) throw new WireError('bad-field', 'position')
  if (!Number.isFinite(out.captureUs)) throw new WireError('bad-field', 'captureUs')
  return offset + HEADER_BYTES + out.payloadBytes
}
