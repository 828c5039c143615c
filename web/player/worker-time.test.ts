import { expect, test } from 'vitest'
import { WorkerTime } from './worker-time.ts'

const ORIGIN_MS = 1.7e12

/** A page whose worker's clock is `apartMs` on, and messages that take so long there and back. */
function setup(apartMs: number) {
  const time = new WorkerTime(ORIGIN_MS)
  let pageMs = 5000
  const ask = (thereMs: number, backMs: number, by = apartMs) => {
    const askedMs = pageMs
    const localMs = ORIGIN_MS + askedMs + thereMs + by
    pageMs += thereMs + backMs
    return time.heard({ askedMs, localMs }, pageMs)
  }
  return { time, ask, offMs: (by = apartMs) => time.nowMs(pageMs) - (ORIGIN_MS + pageMs + by) }
}

test('before there is an answer, and where the clocks are one, local time is the page’s own', () => {
  const { time, ask, offMs } = setup(0)
  expect(time.originMs()).toBe(ORIGIN_MS)
  ask(0.2, 12)
  ask(7, 0.1)
  expect(offMs()).toBe(0)
})

test.each([7_200_000, -36, 3.2])(
  'clocks that are %d ms apart are known to be, to half a round trip',
  (apartMs) => {
    const { ask, offMs } = setup(apartMs)
    ask(4, 1)
    expect(Math.abs(offMs())).toBeLessThanOrEqual(2.5)
    ask(0.1, 0.3)
    expect(Math.abs(offMs())).toBeLessThanOrEqual(0.2)
    // A slow answer takes nothing away.
    ask(40, 1)
    expect(Math.abs(offMs())).toBeLessThanOrEqual(0.2)
  },
)

test('when one of them stood still, what was known before is forgotten', () => {
  const { ask, offMs } = setup(0)
  ask(0.1, 0.1)
  ask(0.2, 0.2, 60_000)
  expect(Math.abs(offMs(60_000))).toBeLessThanOrEqual(0.3)
})

test('it is asked a few times in a row at first', () => {
  const { ask } = setup(0)
  expect(Array.from({ length: 9 }, () => ask(1, 1))).toEqual([...Array(7).fill(true), false, false])
})
