import { expect, test } from 'vitest'
import { SyncCadence } from './cadence.ts'

const FINE = { driftMs: 1, rttMs: 5 }

/** Sending times in ms of so many seconds in ticks of `tickMs`, with changes at `touches` ms. */
function sends(options: {
  ultra?: boolean
  worst?: typeof FINE
  seconds: number
  touches?: number[]
  tickMs?: number
}) {
  const { ultra = false, worst = FINE, seconds, touches = [], tickMs = 10 } = options
  const cadence = new SyncCadence({ ultraLowLatency: ultra, toleranceMs: 5 })
  const times: number[] = []
  for (let ms = 0; ms < seconds * 1000; ms += tickMs) {
    for (const touch of touches) if (touch >= ms && touch < ms + tickMs) cadence.touch()
    if (cadence.due(ms * 1000, worst)) times.push(ms)
  }
  return { times, cadence }
}

test.each([
  [100, false, FINE],
  [60, false, { driftMs: 6, rttMs: 5 }],
  [60, false, { driftMs: 1, rttMs: 300 }],
  [50, true, FINE],
  [30, true, { driftMs: 6, rttMs: 5 }],
  [50, true, { driftMs: 0, rttMs: 5 }],
])('every %i ms (ultra low latency: %s, %o), and says so', (intervalMs, ultra, worst) => {
  const { times, cadence } = sends({ ultra, worst, seconds: 3, tickMs: 10 })
  expect(times.slice(0, 3)).toEqual([0, intervalMs, 2 * intervalMs])
  expect(times).toHaveLength(3000 / intervalMs)
  expect(cadence.intervalMs).toBe(intervalMs)
})

test('a coarse tick does not make it slower on average', () => {
  const { times } = sends({ seconds: 8, tickMs: 40 })
  expect(times.length).toBeGreaterThanOrEqual(79)
})

test('many changes in a tick are one message at once, and the interval begins anew', () => {
  const { times } = sends({ seconds: 1, touches: [243, 244, 245, 246] })
  expect(times).toEqual([0, 100, 200, 240, 340, 440, 540, 640, 740, 840, 940])
})

test('calm is slow after 10 s, until something changes or drifts', () => {
  const { times, cadence } = sends({ seconds: 20, worst: { driftMs: 0.4, rttMs: 5 }, touches: [15_555] })
  expect(cadence.intervalMs).toBe(100)
  expect(times.filter((ms) => ms > 10_000 && ms < 15_000)).toHaveLength(4)
  expect(times.filter((ms) => ms >= 15_550)).toHaveLength(45)
  const calm = sends({ seconds: 15, worst: { driftMs: 0.4, rttMs: 5 } }).cadence
  expect(calm.intervalMs).toBe(1000)
  expect(calm.due(14.2e6, FINE)).toBe(true)
  expect(calm.intervalMs).toBe(100)
})

test('says when to look again', () => {
  const { cadence } = sends({ seconds: 0.1 })
  expect(cadence.dueUs).toBe(100_000)
  cadence.touch()
  expect(cadence.dueUs).toBe(Number.NEGATIVE_INFINITY)
})
