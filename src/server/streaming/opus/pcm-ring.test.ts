import { expect, test } from 'vitest'
import { emptyHeader, readHeader } from '../../../shared/wire/packet.ts'
import { pcmPacket } from './fixtures/encoded.ts'
import { PcmReader, PcmWriter } from './pcm-ring.ts'

const STREAM = { streamId: 1, rateHz: 48_000, periodFrames: 480 }
/** 100 ms of it. */
const LIMIT = 10

function pair() {
  const writer = new PcmWriter(STREAM)
  const reader = new PcmReader(STREAM, writer.memory)
  const header = emptyHeader()
  const offer = (n: number) => writer.offer(pcmPacket(STREAM, n * 480, () => n / 100_000).bytes)
  const drain = () => {
    const read: number[] = []
    reader.drain((offset) => {
      readHeader(reader.view, offset, header)
      const sample = reader.integers(offset + 32, 2)[0] as number
      expect(sample).toBe(Math.round((header.position / 480 / 100_000) * 32767))
      read.push(header.position / 480)
    })
    return read
  }
  return { writer, offer, drain }
}

test('counts that have come half way round read on', () => {
  const { writer, offer, drain } = pair()
  const [written, taken] = [0, 1]
  const words = new Int32Array(writer.memory, 0, 2)
  words[written] = words[taken] = 2 ** 31 - 3
  for (let n = 0; n < 12; n++) {
    offer(n)
    expect(drain()).toEqual([n])
  }
  expect(writer.newlyLost()).toBe(0)
})

test('what is offered is read, in order, round and round', () => {
  const { offer, drain } = pair()
  let next = 0
  for (let round = 0; round < 50; round++) {
    const from = next
    while (next < from + 7) offer(next++)
    expect(drain()).toEqual(Array.from({ length: 7 }, (_, i) => from + i))
  }
})

test('the worker is woken when it has nothing to do, and not again while it has', () => {
  const { offer, drain } = pair()
  expect(offer(0)).toBe('wake')
  expect(offer(1)).toBe('awake')
  drain()
  expect(offer(2)).toBe('wake')
})

test('what is added while the worker reads is read in the same go', () => {
  const { writer, offer } = pair()
  const reader = new PcmReader(STREAM, writer.memory)
  offer(0)
  let read = 0
  reader.drain(() => {
    if (++read < 5) expect(offer(read)).toBe('awake')
  })
  expect(read).toBe(5)
})

test('when it is full, all that waits is given up and counted; what is new is read', () => {
  const { writer, offer, drain } = pair()
  for (let n = 0; n < LIMIT; n++) expect(offer(n)).not.toBe('full')
  expect(offer(LIMIT)).toBe('full')
  expect(offer(LIMIT + 1)).toBe('full')
  expect(drain()).toEqual([])
  expect(writer.newlyLost()).toBe(LIMIT)
  expect(writer.newlyLost()).toBe(0)
  expect(offer(LIMIT + 2)).toBe('wake')
  expect(drain()).toEqual([LIMIT + 2])
})

test('a packet longer than the stream’s is not taken', () => {
  const { writer } = pair()
  const { bytes } = pcmPacket({ ...STREAM, periodFrames: 2000 }, 0, () => 0)
  expect(writer.offer(bytes)).toBe('full')
})
