import { expect, test } from 'vitest'
import { CODEC, emptyHeader, HEADER_BYTES, writeHeader } from '../../shared/wire/packet.ts'
import { WireError } from '../../shared/wire/wire-error.ts'
import { PacketReader } from './packet-reader.ts'

function packet(position: number, frames: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + frames * 4, position)
  const header = {
    ...emptyHeader(),
    codec: CODEC.pcm16,
    channels: 2,
    frames,
    payloadBytes: frames * 4,
    position,
  }
  writeHeader(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, header)
  return bytes
}

test.each([1, 7, 33, 100, 5000])(
  'packets come out whole, whatever the pipe cuts them into (%i bytes)',
  (size) => {
    const all = [packet(1, 64), packet(2, 1), packet(3, 256), packet(4, 128)]
    const stream = Buffer.concat(all)
    const out: Buffer[] = []
    const positions: number[] = []
    const reader = new PacketReader((bytes, { position }) => {
      out.push(Buffer.from(bytes))
      positions.push(position)
    })
    for (let at = 0; at < stream.length; at += size) reader.push(stream.subarray(at, at + size))
    expect(out).toEqual(all)
    expect(positions).toEqual([1, 2, 3, 4])
  },
)

test('what is no packet is said so, not passed on', () => {
  const reader = new PacketReader(() => expect.unreachable())
  expect(() => reader.push(Buffer.alloc(64, 9))).toThrow(WireError)
})
