import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InFlight } from './in-flight.ts'
import { HELD_MS, MAX_BASELINE_MS, MAX_FAR_BASELINE_MS, RESUME_BELOW_MS, SKIP_ABOVE_MS } from './limits.ts'

/** A frame is a millisecond. */
function flow(): InFlight {
  const inFlight = new InFlight()
  inFlight.begin(1000)
  return inFlight
}

/** Sent and received as it is made, on a way of `wayMs`. */
function flowing(inFlight: InFlight, fromMs: number, toMs: number, wayMs: number): void {
  for (let ms = fromMs; ms < toMs; ms += 10) {
    inFlight.sent(ms, ms + 10)
    if (ms % 100 === 0) inFlight.received(ms + 10 - wayMs, ms)
  }
}

test('is what was sent beyond the receipt, without the holes in it', () => {
  const inFlight = flow()
  inFlight.sent(1000, 1100)
  expect(inFlight.ms).toBe(100)
  inFlight.sent(1500, 1600)
  expect(inFlight.ms).toBe(200)
  inFlight.received(1050, 0)
  expect(inFlight.ms).toBe(150)
  inFlight.received(1100, 0)
  expect(inFlight.ms).toBe(100)
  inFlight.received(1600, 0)
  expect(inFlight.ms).toBe(0)
})

test('what is sent twice, to cross-fade, is in flight once', () => {
  const inFlight = flow()
  inFlight.sent(0, 100)
  inFlight.sent(90, 110)
  expect(inFlight.ms).toBe(110)
  inFlight.sent(95, 105)
  expect(inFlight.ms).toBe(110)
})

describe('what is told of it', () => {
  test('does not grow from one receipt to the next', () => {
    const inFlight = flow()
    flowing(inFlight, 0, 1000, 60)
    inFlight.received(1000 - 60, 1000)
    expect(inFlight.steadyMs(1000)).toBe(0)
    inFlight.sent(1000, 1080)
    expect([inFlight.queuedMs, inFlight.steadyMs(1080)]).toEqual([80, 0])
    inFlight.received(1000 - 60, 1100)
    expect(inFlight.steadyMs(1150)).toBe(80)
  })

  test('grows while no receipt comes', () => {
    const inFlight = flow()
    flowing(inFlight, 0, 1000, 60)
    inFlight.received(1000 - 60, 1000)
    inFlight.sent(1000, 1260)
    expect(inFlight.steadyMs(1251)).toBe(260)
  })

  test('is of the stream that plays', () => {
    const inFlight = flow()
    inFlight.sent(0, 1000)
    inFlight.received(10, 1000)
    expect(inFlight.steadyMs(1000)).toBeGreaterThan(0)
    inFlight.begin(1000)
    expect(inFlight.steadyMs(1010)).toBe(0)
  })
})

describe('too much in flight', () => {
  test('is held until there is little, above what the way takes', () => {
    const inFlight = flow()
    flowing(inFlight, 0, 1000, 60)
    expect(inFlight.baselineMs).toBe(60)
    let sent = 1000
    while (inFlight.admits(10)) {
      inFlight.sent(sent, sent + 10)
      sent += 10
    }
    expect(inFlight.ms).toBe(SKIP_ABOVE_MS + 60)
    expect(inFlight.holding).toBe(true)
    inFlight.leftOut()
    inFlight.received(sent - RESUME_BELOW_MS - 60, 1100)
    expect(inFlight.admits(10)).toBe(false)
    inFlight.received(sent - RESUME_BELOW_MS - 59, 1200)
    expect(inFlight.admits(10)).toBe(true)
  })

  test('is less than 400 ms for anybody, also for those of whom nothing is known', () => {
    const inFlight = flow()
    let sent = 0
    for (; inFlight.admits(10); sent += 10) inFlight.sent(sent, sent + 10)
    expect(inFlight.ms).toBe(400)
  })
})

describe('what the way takes', () => {
  test('is not believed to be more than 150 ms', () => {
    const inFlight = flow()
    flowing(inFlight, 0, 5000, 700)
    expect(inFlight.baselineMs).toBe(MAX_BASELINE_MS)
  })

  test('is more for who was that far away before any audio was under way, and less again if that was by chance', () => {
    const far = flow()
    far.wayIs(600)
    expect(far.baselineMs).toBe(700)
    flowing(far, 0, 5000, 650)
    expect(far.baselineMs).toBe(650)
    const near = flow()
    near.wayIs(600)
    flowing(near, 0, 5000, 40)
    expect(near.baselineMs).toBe(40)
    // What waits on the way from then on is no longer way.
    flowing(near, 5000, 50_000, 600)
    expect(near.baselineMs).toBe(MAX_BASELINE_MS)
    const wrong = flow()
    wrong.wayIs(60_000)
    expect(wrong.baselineMs).toBe(MAX_FAR_BASELINE_MS)
    const close = flow()
    close.wayIs(10)
    expect(close.baselineMs).toBe(MAX_BASELINE_MS)
  })

  test('is not learnt while audio is left out: less is in flight then', () => {
    const inFlight = flow()
    flowing(inFlight, 0, 1000, 80)
    inFlight.leftOut()
    inFlight.received(1000, 1100)
    expect(inFlight.ms).toBe(0)
    inFlight.sent(1500, 1510)
    inFlight.received(1000, 1500)
    expect(inFlight.baselineMs).toBe(80)
  })

  test('is forgotten after 30 s', () => {
    const inFlight = flow()
    flowing(inFlight, 0, 2000, 20)
    flowing(inFlight, 2000, 30_000, 90)
    expect(inFlight.baselineMs).toBe(20)
    flowing(inFlight, 30_000, 40_000, 90)
    expect(inFlight.baselineMs).toBe(90)
  })
})

test('no receipt, however wrong, makes it negative, or more than was sent', () => {
  const position = fc.oneof(fc.double(), fc.nat(3000), fc.constant(Number.MAX_VALUE))
  fc.assert(
    fc.property(fc.array(fc.tuple(position, fc.nat(200)), { maxLength: 60 }), (steps) => {
      const inFlight = flow()
      let at = 0
      let total = 0
      for (const [where, length] of steps) {
        inFlight.received(where, at)
        if (length % 3 === 0) at += length
        inFlight.sent(at, at + length)
        at += length
        total += length
        expect(inFlight.ms).toBeGreaterThanOrEqual(0)
        expect(inFlight.ms).toBeLessThanOrEqual(total)
        expect(inFlight.baselineMs).toBeLessThanOrEqual(MAX_BASELINE_MS)
      }
    }),
  )
})

test('what is sent again is in flight again, beside what was sent before', () => {
  const inFlight = flow()
  inFlight.sent(0, 1000, 100)
  inFlight.received(900, 0, 90)
  inFlight.turnBack(600, 100)
  expect(inFlight.sentTo).toBe(600)
  inFlight.sent(600, 650, 105)
  expect(inFlight.ms).toBe(150)
  inFlight.received(1000, 100, 100)
  expect(inFlight.ms).toBe(50)
  inFlight.received(1000, 200, 105)
  expect(inFlight.ms).toBe(0)
  expect(inFlight.sentTo).toBe(650)
})

test('who is held back and never says that it has all is sent to again', () => {
  const inFlight = flow()
  flowing(inFlight, 0, 1000, 60)
  let sent = 1000
  let isHeldForMs = 0
  let longestMs = 0
  for (let ms = 1000; ms < 60_000; ms += 10) {
    if (inFlight.admits(10)) {
      inFlight.sent(ms, ms + 10)
      sent = ms + 10
      isHeldForMs = 0
    } else {
      inFlight.leftOut()
      isHeldForMs += 10
    }
    longestMs = Math.max(longestMs, isHeldForMs)
    // A way of 450 ms; the last 5 ms are never in a receipt.
    if (ms % 100 === 0) inFlight.received(Math.min(ms - 450, sent - 5), ms)
  }
  expect(longestMs).toBeLessThanOrEqual(HELD_MS + 500)
})
