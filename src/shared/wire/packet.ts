// Audio packet, server → browser, little-endian, 32-byte header, then the payload:
//
//    0 u8  version        PACKET_VERSION
//    1 u8  flags          bit 0: first packet after a gap in position; bit 1: decode it, do not play it; the rest is 0
//    2 u8  codec          CODEC
//    3 u8  channels       channels in the payload
//    4 u16 frames         frames in the payload; opus: of 48 kHz, one Opus frame
//    6 u16 payloadBytes   so that several packets can ride in one message, back to back
//    8 u32 streamId       a restart of the source is a new id
//   12 u32 sequence       packets of this stream and rung, counted from 0, wraps
//   16 f64 position       index of the first frame in its stream: an exact integer; opus: of 48 kHz, where frame m of
//                         48 kHz and frame n of the stream's own rate are the same instant when m / 48000 = n / rate.
//                         It is where the first frame decoded belongs: the encoder's look-ahead is taken off
//   24 f64 captureUs      server clock at that first frame, µs
//   32     payload        pcm16: interleaved Int16; pcm-f32: interleaved Float32; opus: one Opus packet (RFC 6716)
//
// Compatibility: a reader refuses a version it does not know, and ignores flag bits it does not know.
// New fields mean a new version; both ends come from the same build, so only one is spoken at a time.
import { WireError } from './wire-error.ts'

export const PACKET_VERSION = 2
export const HEADER_BYTES = 32
export const CODEC = { pcm16: 1, opus: 2, pcmF32: 3 } as const
export const FLAG_GAP = 1
/** A decoder that begins in the middle of a stream is fed this first, and what it gives is thrown away. */
export const FLAG_WARM_UP = 2
/** Longest Opus packet of one frame (RFC 6716 §3.2.1), and the longest frame a rung has, of 48 kHz. */
export const MAX_OPUS_BYTES = 1275
const MAX_OPUS_FRAMES = 960

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
  if (out.frames === 0 || out.channels === 0) throw new WireError('bad-field', 'no frames or no channels')
  checkLength(out)
  if (left - HEADER_BYTES < out.payloadBytes) throw new WireError('too-short', 'payload is cut off')
  if (!Number.isSafeInteger(out.position) || out.position < 0) throw new WireError('bad-field', 'position')
  if (!Number.isFinite(out.captureUs)) throw new WireError('bad-field', 'captureUs')
  return offset + HEADER_BYTES + out.payloadBytes
}

function checkLength({ codec, frames, channels, payloadBytes }: PacketHeader): void {
  switch (codec) {
    case CODEC.pcm16:
    case CODEC.pcmF32: {
      const sampleBytes = codec === CODEC.pcm16 ? 2 : 4
      if (payloadBytes !== frames * channels * sampleBytes)
        throw new WireError('bad-length', `${payloadBytes} bytes for ${frames} × ${channels} samples`)
      return
    }
    case CODEC.opus:
      if (payloadBytes === 0 || payloadBytes > MAX_OPUS_BYTES)
        throw new WireError('bad-length', `${payloadBytes} bytes of Opus`)
      if (frames > MAX_OPUS_FRAMES) throw new WireError('bad-field', `${frames} frames of Opus`)
      return
    default:
      throw new WireError('bad-codec', String(codec))
  }
}
