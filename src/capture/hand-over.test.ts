import { expect, test } from 'vitest'
import { HandOver, type MixedBlock } from './hand-over.ts'

const RATE_HZ = 48_000
const FRAMES = 96 // 2 ms: credit is 100 blocks, and 100 more may wait

function handOver() {
  const sent: number[] = []
  const pipe = new HandOver(RATE_HZ, 200, (block) => sent.push(block.position))
  const offer = (position: number): void => {
    const block: MixedBlock = {
      kind: 'block',
      position,
      frames: FRAMES,
      captureUs: 0,
      pcm: new Uint8Array(0),
    }
    pipe.offer(block)
  }
  return { sent, pipe, offer }
}

test('with acks everything passes at once', () => {
  const { sent, pipe, offer } = handOver()
  for (let k = 0; k < 1000; k++) {
    offer(k * FRAMES)
    pipe.ack((k + 1) * FRAMES)
  }
  expect(sent).toHaveLength(1000)
  expect(pipe.droppedBlocks).toBe(0)
})

test('without acks the credit goes out, as much again waits, and then the oldest go', () => {
  const { sent, pipe, offer } = handOver()
  for (let k = 0; k < 250; k++) offer(k * FRAMES)
  expect(sent).toHaveLength(100)
  expect([pipe.droppedBlocks, pipe.droppedFrames]).toEqual([50, 50 * FRAMES])
  pipe.ack(100 * FRAMES)
  expect(sent.slice(100)).toEqual(Array.from({ length: 100 }, (_, i) => (150 + i) * FRAMES))
})

test('an ack gives back what it covers and no more', () => {
  const { sent, pipe, offer } = handOver()
  for (let k = 0; k < 150; k++) offer(k * FRAMES)
  pipe.ack(10 * FRAMES + 5)
  expect(sent).toHaveLength(110)
  pipe.ack(10 * FRAMES)
  expect(sent).toHaveLength(110)
})

test('a gap in position uses no credit', () => {
  const { sent, offer } = handOver()
  offer(0)
  offer(10_000_000)
  expect(sent).toEqual([0, 10_000_000])
})
