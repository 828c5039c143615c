import fc from 'fast-check'
import { expect, test } from 'vitest'
import { History } from './history.ts'

const RATE_HZ = 1000

function filled(packets: number, { maxBytes = 1e6, seconds = 60, frames = 10, bytes = 50 } = {}): History {
  const history = new History(maxBytes, seconds)
  history.begin(RATE_HZ)
  for (let i = 0; i < packets; i++) history.push(Buffer.alloc(bytes, i & 0xff), i * frames, (i + 1) * frames)
  return history
}

test('keeps as much as 60 s, and not a packet more, over several turns of its ring', () => {
  const history = filled(20_000)
  expect(history.length).toBe(6000)
  expect(history.seconds).toBe(60)
  expect(history.bytes).toBe(6000 * 50)
  expect(history.dropped).toBe(0)
  expect(history.newestTo).toBe(200_000)
  expect(history.fromAt(0)).toBe(140_000)
  expect(history.frameAt(0)[0]).toBe(14_000 & 0xff)
})

test('keeps no more bytes than it may, and counts what went for that', () => {
  const history = filled(100, { maxBytes: 1000 })
  expect(history.length).toBe(20)
  expect(history.bytes).toBe(1000)
  expect(history.dropped).toBe(80)
})

test('says how much audio it can hold before it is full', () => {
  expect(filled(1).reachFrames).toBe(60 * RATE_HZ)
  expect(filled(1, { maxBytes: 1000 }).reachFrames).toBe(200)
  expect(filled(100, { maxBytes: 1000 }).reachFrames).toBe(200)
  expect(filled(0).reachFrames).toBe(0)
})

test('a stream begins with nothing', () => {
  const history = filled(100)
  history.begin(RATE_HZ)
  expect([history.length, history.bytes, history.seconds, history.newestTo]).toEqual([0, 0, 0, Number.NaN])
  expect(history.indexAfter(0)).toBe(0)
})

test('finds the first packet that ends after a position, whatever the packets and gaps are', () => {
  const packets = fc.array(fc.record({ gap: fc.nat(50), frames: fc.integer({ min: 1, max: 30 }) }), {
    maxLength: 200,
  })
  fc.assert(
    fc.property(packets, fc.nat(6000), (list, position) => {
      const history = new History()
      history.begin(RATE_HZ)
      let at = 0
      const ends = list.map(({ gap, frames }) => {
        const from = at + gap
        at = from + frames
        history.push(Buffer.alloc(1), from, at)
        return at
      })
      const expected = ends.findIndex((end) => end > position)
      expect(history.indexAfter(position)).toBe(expected < 0 ? ends.length : expected)
    }),
  )
})
