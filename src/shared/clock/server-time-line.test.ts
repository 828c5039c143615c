import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ClockEstimate } from './clock-sync.ts'
import { ServerTimeLine } from './server-time-line.ts'

function at(atMs: number, offsetMs: number, epoch = 1, drift = 0): ClockEstimate {
  return { offsetMs, errorMs: 1, networkMs: 1, drift, sigmaMs: 0.1, atMs, epoch }
}

test('unknown, then the estimate, with its drift', () => {
  const line = new ServerTimeLine()
  expect(line.serverMs(5)).toBeNaN()
  line.follow(at(0, 1000, 1, 1e-4), 0)
  expect(line.serverMs(0)).toBe(1000)
  expect(line.serverMs(10_000)).toBeCloseTo(11_001, 9)
})

test.each([2, -2])('a correction of %d ms is worked in over four seconds', (stepMs) => {
  const line = new ServerTimeLine()
  line.follow(at(0, 1000), 0)
  line.follow(at(0, 1000 + stepMs), 100)
  expect(line.serverMs(100)).toBe(1100)
  expect(line.serverMs(2100)).toBeCloseTo(3100 + stepMs / 2, 9)
  expect(line.serverMs(4100)).toBeCloseTo(5100 + stepMs, 9)
  expect(line.serverMs(9100)).toBeCloseTo(10_100 + stepMs, 9)
})

test.each([
  [2, 1102],
  [50, 1150],
  [-4, 1100],
  [-50, 1050],
])('a new epoch that differs by %d ms', (stepMs, serverMs) => {
  const line = new ServerTimeLine()
  line.follow(at(0, 1000), 0)
  line.serverMs(100)
  line.follow(at(0, 1000 + stepMs, 2), 100)
  expect(line.serverMs(100)).toBe(serverMs)
})

test('another server begins where its own clock is', () => {
  const line = new ServerTimeLine()
  line.follow(at(0, 1_000_000), 0)
  line.serverMs(10)
  line.follow(undefined, 20)
  expect(line.serverMs(20)).toBeNaN()
  line.follow(at(30, -30, 2), 30)
  expect(line.serverMs(30)).toBe(0)
})

test('whatever the estimates say, time never runs backwards unless by more than 5 ms in a new epoch', () => {
  const event = fc.record({
    waitMs: fc.double({ min: 0, max: 20_000, noNaN: true }),
    aheadMs: fc.double({ min: 0, max: 500, noNaN: true }),
    offsetMs: fc.double({ min: -20, max: 20, noNaN: true }),
    drift: fc.double({ min: -1e-3, max: 1e-3, noNaN: true }),
    anew: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const line = new ServerTimeLine()
      let [localMs, epoch, lastMs] = [0, 1, Number.NEGATIVE_INFINITY]
      line.follow(at(0, 0), 0)
      for (const { waitMs, aheadMs, offsetMs, drift, anew } of events) {
        for (const askMs of [localMs, localMs + waitMs / 2, localMs + waitMs]) {
          const serverMs = line.serverMs(askMs)
          expect(serverMs).toBeGreaterThanOrEqual(lastMs)
          lastMs = serverMs
        }
        localMs += waitMs
        // Some ask about the future, and later about what was the future then.
        const soonMs = line.serverMs(localMs + aheadMs)
        expect(soonMs).toBeGreaterThanOrEqual(lastMs)
        const nowMs = line.serverMs(localMs)
        epoch += anew ? 1 : 0
        line.follow(at(localMs, offsetMs, epoch, drift), localMs)
        const stepMs = localMs + offsetMs - nowMs
        lastMs = anew && stepMs < -5 ? Number.NEGATIVE_INFINITY : soonMs
        localMs += aheadMs
      }
    }),
  )
})
