import { expect, test } from 'vitest'
import { Pace } from './pace.ts'

const RATE_HZ = 44100
const FRAMES = 128
const PERIOD_US = (FRAMES / RATE_HZ) * 1e6

test('a live program is never held up, whatever its chunks and its clock', () => {
  const pace = new Pace(RATE_HZ, FRAMES)
  const trueUs = PERIOD_US / (1 + 300e-6)
  let held = 0
  for (let k = 0; k < 500_000; k++) {
    const nowUs = (Math.floor(k / 17) + 1) * 17 * trueUs // chunks of 49 ms
    if (pace.waitMs(nowUs) !== 0 || pace.take(nowUs, k % 17 === 0) !== nowUs) held++
  }
  expect(held).toBe(0)
})

test('a file is let run 100 ms ahead and then played at exactly the rate', () => {
  const pace = new Pace(RATE_HZ, FRAMES)
  let nowUs = 0
  const arrivals: number[] = []
  for (let k = 0; k < 10_000; k++) {
    nowUs += pace.waitMs(nowUs) * 1000
    pace.filled(nowUs)
    arrivals.push(pace.take(nowUs, false))
  }
  expect(arrivals.filter((us) => us === 0)).toHaveLength(35)
  const paced = arrivals.slice(35)
  paced.forEach((us, i) => {
    expect(us).toBeCloseTo((i + 1) * PERIOD_US, 3)
  })
})

test('what a live program could not get rid of for a moment does not stay as delay', () => {
  const pace = new Pace(RATE_HZ, FRAMES)
  let waiting = 0
  let mostWaiting = 0
  for (let k = 1; k < 5000; k++) {
    const nowUs = k * PERIOD_US
    // 200 ms at once, and then as the sound comes.
    waiting += k === 1 ? 69 : 1
    let starved = waiting === 1
    for (; waiting > 0 && pace.waitMs(nowUs) === 0; waiting--) {
      expect(pace.take(nowUs, starved)).toBeLessThanOrEqual(nowUs)
      starved = false
    }
    if (nowUs > 1.2e6) mostWaiting = Math.max(mostWaiting, waiting)
  }
  expect(mostWaiting).toBe(0)
})

test('one that had a burst and then keeps time is heard live again', () => {
  const pace = new Pace(RATE_HZ, FRAMES)
  for (let k = 0; k < 36; k++) pace.take(0, false)
  expect(pace.waitMs(0)).toBeGreaterThan(0)
  expect(pace.take(500_000, true)).toBe(500_000)
  expect(pace.waitMs(500_001)).toBe(0)
})
