// Float32 packets of a source with more than 16 bits, as the Int16 packets of the rung below. Pure.
//
// Rounding alone would turn what is quieter than a step (the end of a reverb) into a buzz that follows the note. So
// triangular noise of ±1 step is added first (TPDF): the error is then a steady hiss at −93 dBFS, whatever plays. A
// packet that 16 bits hold exactly needs no rounding and gets no noise: silence stays silence, and a 16-bit source
// stays itself, bit for bit. The noise is a hash of position and channel: the same packet is always the same bytes.
import { CODEC, emptyHeader, HEADER_BYTES, type PacketHeader, writeHeader } from '../../shared/wire/packet.ts'

const FULL_SCALE = 32768
const written = emptyHeader()

/**
 * The packet with Int16 samples, in memory of its own; one that has them already is returned as it is. Position,
 * sequence, flags and capture time are those of `header`, which is read and not kept. Allocates the packet.
 * Throws RangeError for a codec that is not PCM.
 */
export function toPcm16(packet: Buffer, header: Readonly<PacketHeader>): Buffer {
  if (header.codec === CODEC.pcm16) return packet
  if (header.codec !== CODEC.pcmF32) throw new RangeError(`codec ${header.codec} is not PCM`)
  const samples = floatsOf(packet, header.payloadBytes)
  const payloadBytes = samples.length * Int16Array.BYTES_PER_ELEMENT
  // Not from the pool: a packet that is kept would keep its neighbours there.
  const bytes = Buffer.allocUnsafeSlow(HEADER_BYTES + payloadBytes)
  Object.assign(written, header)
  written.codec = CODEC.pcm16
  written.payloadBytes = payloadBytes
  writeHeader(new DataView(bytes.buffer), 0, written)
  const out = new Int16Array(bytes.buffer, HEADER_BYTES)
  if (!isExact(samples, out)) round(samples, out, header.position * header.channels)
  return bytes
}

/** Fills `out` when every sample is a whole number of steps; false, with `out` half filled, when one is not. */
function isExact(samples: Float32Array, out: Int16Array): boolean {
  for (let i = 0; i < samples.length; i++) {
    const value = (samples[i] as number) * FULL_SCALE
    out[i] = value
    if (out[i] !== value) return false
  }
  return true
}

function round(samples: Float32Array, out: Int16Array, first: number): void {
  for (let i = 0; i < samples.length; i++) {
    const value = Math.floor((samples[i] as number) * FULL_SCALE + triangular(first + i) + 0.5)
    out[i] = value > 32767 ? 32767 : value < -32768 ? -32768 : value
  }
}

/** Noise of −1 to 1, 0 the likeliest: the difference of two halves of a hash (Ettinger's lowbias32). */
function triangular(index: number): number {
  let x = index >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0xd35a2d97)
  x ^= x >>> 15
  return ((x & 0xffff) - (x >>> 16)) / 0x10000
}

function floatsOf(packet: Buffer, payloadBytes: number): Float32Array {
  const at = packet.byteOffset + HEADER_BYTES
  if (at % Float32Array.BYTES_PER_ELEMENT === 0)
    return new Float32Array(packet.buffer, at, payloadBytes / Float32Array.BYTES_PER_ELEMENT)
  return new Float32Array(new Uint8Array(packet.subarray(HEADER_BYTES, HEADER_BYTES + payloadBytes)).buffer)
}
