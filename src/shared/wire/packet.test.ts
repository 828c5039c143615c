import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  CODEC,
  emptyHeader,
  FLAG_GAP,
  HEADER_BYTES,
  type PacketHeader,
  readHeader,
  writeHeader,
} from './packet.ts'
import { WireError } from './wire-error.ts'

const header: PacketHeader = {
  flags: FLAG_GAP,
  codec: CODEC.pcm16,
  channels: 2,
  frames: 3,
  payloadBytes: 12,
  streamId: 0xdeadbeef,
  sequence: 7,
  position: 2 ** 33 + 1,
  captureUs: 1_234_567.25,
}

function bytes(): Uint8Array {
  const out = new Uint8Array(HEADER_BYTES + 12)
  writeHeader(new DataView(out.buffer), 0, header)
  out.set([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0], HEADER_BYTES)
  return out
}

test('the bytes on the wire are these, for ever in version 2', () => {
  expect(Buffer.from(bytes()).toString('hex')).toBe(
    '02010102' + // version, flags, codec, channels
      '0300' + // frames
      '0c00' + // payload bytes
      'efbeadde' + // stream id
      '07000000' + // sequence
      '0000080000000042' + // position 2^33 + 1
      '0000004087d63241' + // captureUs 1,234,567.25
      '010002000300040005000600',
  )
})

test('what was written is read back, and the next packet is found behind it', () => {
  const two = new Uint8Array([...bytes(), ...bytes()])
  const view = new DataView(two.buffer)
  const out = emptyHeader()
  const next = readHeader(view, 0, out)
  expect(out).toEqual(header)
  expect(next).toBe(HEADER_BYTES + 12)
  expect(readHeader(view, next, out)).toBe(two.length)
})

const broken: [string, (b: Uint8Array) => Uint8Array, string][] = [
  ['cut in the header', (b) => b.slice(0, 20), 'too-short'],
  ['cut in the payload', (b) => b.slice(0, -1), 'too-short'],
  ['of another version', (b) => b.fill(9, 0, 1), 'bad-version'],
  ['of an unknown codec', (b) => b.fill(99, 2, 3), 'bad-codec'],
  ['with no channels', (b) => b.fill(0, 3, 4), 'bad-field'],
  ['whose length does not fit its frames', (b) => b.fill(1, 4, 5), 'bad-length'],
  ['at a position that is no position', (b) => b.fill(0xff, 16, 24), 'bad-field'],
]
test.each(broken)('a packet %s is refused with its reason', (_name, breakIt, reason) => {
  const b = breakIt(bytes())
  const read = () => readHeader(new DataView(b.buffer, b.byteOffset, b.length), 0, emptyHeader())
  expect(read).toThrow(WireError)
  expect(read).toThrow(reason)
})

test('any bytes at all give a packet or a WireError, nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (b) => {
      try {
        readHeader(new DataView(b.buffer, b.byteOffset, b.length), 0, emptyHeader())
      } catch (error) {
        expect(error).toBeInstanceOf(WireError)
      }
    }),
    { numRuns: 2000 },
  )
})
