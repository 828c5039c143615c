import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WayConditions } from './conditions.ts'
import { SEGMENT_BYTES, SEGMENT_HEADER_BYTES, StreamLane } from './stream-lane.ts'

const never = () => 0.999

function laneOf(conditions: Partial<WayConditions>, random = never, rttMs = 0) {
  return new StreamLane(conditions, rttMs, random)
}

/** Writes as a sender does that always has more, for `ms`, and gives when each piece came. */
function saturate(lane: StreamLane, fromMs: number, ms: number): { atMs: number; bytes: number }[] {
  const came: { atMs: number; bytes: number }[] = []
  for (let nowMs = fromMs; nowMs < fromMs + ms; nowMs++) {
    while (!lane.isFull(nowMs)) lane.push(Buffer.alloc(SEGMENT_BYTES), nowMs)
    for (let got = lane.pop(nowMs); got; got = lane.pop(nowMs)) came.push({ atMs: nowMs, bytes: got.length })
  }
  return came
}

const megabits = (came: readonly { bytes: number }[], ms: number) =>
  (came.reduce((sum, { bytes }) => sum + bytes + SEGMENT_HEADER_BYTES, 0) * 8) / 1000 / ms

describe('a lane', () => {
  test.each([0.384, 2, 12])('lets through %f Mbit/s and no more', (rateMbit) => {
    const lane = laneOf({ rateMbit, queueMs: 100 })
    saturate(lane, 0, 1000)
    const rate = megabits(saturate(lane, 1000, 10_000), 10_000)
    expect(rate).toBeGreaterThan(0.99 * rateMbit)
    expect(rate).toBeLessThan(1.01 * rateMbit)
  })

  test('holds as much as its queue may, and then lets the writer wait', () => {
    const lane = laneOf({ rateMbit: 1.2, queueMs: 100 })
    while (!lane.isFull(0)) lane.push(Buffer.alloc(SEGMENT_BYTES), 0)
    // 100 ms at 1.2 Mbit/s are ten packets of 1,500 bytes.
    expect(lane.heldBytes).toBe(10 * SEGMENT_BYTES)
    expect(lane.isFull(0)).toBe(true)
    expect(lane.isFull(11)).toBe(false)
  })

  test('is bounded without a rate too', () => {
    const lane = laneOf({ delayMs: 60_000 })
    for (let i = 0; i < 10_000 && !lane.isFull(0); i++) lane.push(Buffer.alloc(SEGMENT_BYTES), 0)
    expect(lane.isFull(0)).toBe(true)
  })

  test('another rate counts from when it is told', () => {
    const lane = laneOf({ rateMbit: 4, queueMs: 20 })
    saturate(lane, 0, 1000)
    lane.change({ rateMbit: 2 }, 0)
    saturate(lane, 1000, 100)
    expect(megabits(saturate(lane, 1100, 2000), 2000)).toBeCloseTo(2, 1)
  })

  test('nothing passes in an outage, and everything after it', () => {
    const lane = laneOf({ delayMs: 10 })
    lane.push(Buffer.from('before'), 0)
    lane.outage(500)
    lane.push(Buffer.from('in'), 100)
    expect(lane.pop(499)).toBeUndefined()
    expect(lane.nextMs).toBe(500)
    expect([lane.pop(500), lane.pop(500), lane.pop(500)].map(String)).toEqual(['before', 'in', 'undefined'])
  })

  test('a loss holds what is behind it for 1.15 round trips and a little', () => {
    const fate = [0.999, 0.001, 0.999]
    const lane = laneOf({ delayMs: 10, loss: 0.01 }, () => fate.shift() ?? 0.999, 20)
    for (const nowMs of [0, 5, 10]) lane.push(Buffer.from([nowMs]), nowMs)
    expect(lane.nextMs).toBe(10)
    expect(lane.pop(10)?.[0]).toBe(0)
    expect(lane.nextMs).toBe(5 + 10 + 1.15 * 20 + 5)
    expect([lane.pop(43)?.[0], lane.pop(43)?.[0]]).toEqual([5, 10])
  })

  test('whatever its conditions, the bytes come out as they went in, and never early', () => {
    fc.assert(
      fc.property(
        fc.record({
          delayMs: fc.double({ min: 0, max: 50, noNaN: true }),
          jitterMs: fc.double({ min: 0, max: 20, noNaN: true }),
          spikeShare: fc.double({ min: 0, max: 1, noNaN: true }),
          spikeMs: fc.double({ min: 0, max: 20, noNaN: true }),
          loss: fc.double({ min: 0, max: 1, noNaN: true }),
          burst: fc.integer({ min: 1, max: 5 }),
          rateMbit: fc.constantFrom(0, 0.3, 5),
        }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 4000 })), {
          maxLength: 30,
        }),
        fc.integer(),
        (conditions, writes, seed) => {
          let state = seed >>> 0
          const random = () => {
            state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
            return state / 2 ** 32
          }
          const lane = laneOf(conditions, random, 2 * conditions.delayMs)
          const written: number[] = []
          let nowMs = 0
          for (const [waitMs, bytes] of writes) {
            nowMs += waitMs
            const chunk = Buffer.from(Array.from({ length: bytes }, (_, i) => (written.length + i) & 255))
            written.push(...chunk)
            lane.push(chunk, nowMs)
            expect(lane.nextMs).toBeGreaterThanOrEqual(conditions.delayMs)
          }
          const got: number[] = []
          for (let atMs = lane.nextMs; atMs < Number.POSITIVE_INFINITY; atMs = lane.nextMs)
            got.push(...(lane.pop(atMs) ?? []))
          expect(got).toEqual(written)
          expect(lane.heldBytes).toBe(0)
        },
      ),
      { numRuns: 100 },
    )
  })
})
