import { expect, test } from 'vitest'
import { hopsOf } from './hops.ts'

const TIMES = {
  ...{ streamId: 1, position: 44_100, captureUs: 5_000_000, mixedUs: 5_003_100, handedUs: 5_003_200 },
  ...{ receivedUs: 5_003_500, sentUs: 5_003_900 },
}
const ESTIMATE = { capture: 4, network: 1, buffer: 15, output: 20, total: 40, errorMs: 2 }
/** The server's clock is 2 s ahead of this page's. */
const SIGHTING = {
  ...{ intoPacketFrames: 0, arrivedMs: 3005, leftMs: 3020, heardMs: 3041, offsetMs: 2000, rateHz: 44_100 },
}

test('every hop is what lies between two sightings, and they add up to the total', () => {
  const { hops, totalMs, estimateMs } = hopsOf(TIMES, SIGHTING, ESTIMATE)
  const rounded = hops.map(({ name, measuredMs, estimateMs }) => [
    name,
    Math.round(measuredMs * 1e6) / 1e6,
    estimateMs,
  ])
  expect(rounded).toEqual([
    ['capture', 3.5, 4],
    ['server', 0.4, null],
    ['network', 1.1, 1],
    ['buffer', 15, 15],
    ['output', 21, 20],
  ])
  expect(totalMs).toBeCloseTo(41, 9)
  expect(estimateMs).toBe(40)
})

test('a marker in the middle of a packet is reckoned from its beginning, and takes as long in all', () => {
  const first = hopsOf(TIMES, SIGHTING, ESTIMATE)
  const inside = hopsOf(TIMES, { ...SIGHTING, intoPacketFrames: 441 }, ESTIMATE)
  expect(inside.totalMs).toBeCloseTo(first.totalMs, 9)
  expect(inside.hops[0]?.measuredMs).toBeCloseTo((first.hops[0]?.measuredMs ?? 0) + 10, 9)
  expect(inside.hops[3]?.measuredMs).toBeCloseTo((first.hops[3]?.measuredMs ?? 0) - 10, 9)
})
