import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { capturedAtUs } from '../../../shared/room/room-axis.ts'
import { CaptureLine } from './capture-line.ts'

const NOMINAL_HZ = 44_100
const FRAMES = 128

/** A source whose clock is off by `ppm`, its stamps by up to ±0.3 ms. */
function source(ppm: number, seed: number) {
  const line = new CaptureLine()
  line.begin(NOMINAL_HZ, FRAMES)
  const random = prng(seed)
  const rateHz = NOMINAL_HZ * (1 + ppm * 1e-6)
  let packet = 0
  let pausedUs = 0
  const trueUs = (position: number) => 5e9 + pausedUs + (position * 1e6) / rateHz
  return {
    line,
    rateHz,
    /** Its clock stands still: what follows is captured so much later. */
    pause: (us: number) => {
      pausedUs += us
    },
    /** Frames that nobody gets. */
    lose: (packets: number) => {
      packet += packets
    },
    next(offUs = 0) {
      const position = packet++ * FRAMES
      return line.add(position, trueUs(position) + (random() - 0.5) * 600 + offUs)
    },
    errorUs: () => {
      const position = packet * FRAMES
      const { anchor } = line
      return anchor === undefined ? Number.NaN : capturedAtUs(anchor, position) - trueUs(position)
    },
    atUs: () => (packet * FRAMES * 1e6) / NOMINAL_HZ,
  }
}

describe.each([-100, 0, 100])('a clock of %i ppm, stamps of ±0.3 ms', (ppm) => {
  test.each([1, 2, 3])('is known to 0.1 ms after 5 s, and followed within 30 ppm (seed %i)', (seed) => {
    const it = source(ppm, seed)
    let worstUs = 0
    let worstPpm = 0
    let heardUs = 0
    let before = Number.NaN
    while (it.atUs() < 60e6) {
      it.next()
      if (it.atUs() > 5e6) worstUs = Math.max(worstUs, Math.abs(it.errorUs()))
      // Told every 100 ms: what the line does between two of them is what listeners must follow.
      if (it.atUs() < 15e6 || it.atUs() < heardUs + 100_000) continue
      const errorUs = it.errorUs()
      if (!Number.isNaN(before))
        worstPpm = Math.max(worstPpm, (Math.abs(errorUs - before) * 1e6) / (it.atUs() - heardUs))
      before = errorUs
      heardUs = it.atUs()
    }
    expect(worstUs).toBeLessThan(100)
    expect(worstPpm).toBeLessThan(30)
    expect(it.line.anchor?.rateHz).toBeCloseTo(it.rateHz, 0)
    expect(Math.abs((it.line.anchor?.rateHz ?? 0) / it.rateHz - 1)).toBeLessThan(5e-6)
    expect(it.line.jumps).toBe(0)
  })
})

function settled(ppm = 50) {
  const it = source(ppm, 9)
  while (it.atUs() < 30e6) it.next()
  return it
}

test('a gap in position is no news', () => {
  const it = settled()
  it.lose(1000)
  expect([it.next(), it.next(), it.next(), it.next()]).toEqual([false, false, false, false])
  expect(Math.abs(it.errorUs())).toBeLessThan(100)
})

test('two packets far off are ignored, a third moves the line at once', () => {
  const it = settled()
  it.next(50_000)
  it.next(50_000)
  expect(Math.abs(it.errorUs())).toBeLessThan(50)
  it.next()
  it.pause(40_000)
  expect([it.next(), it.next(), it.next()]).toEqual([false, false, true])
  expect(Math.abs(it.errorUs())).toBeLessThan(350)
  while (it.atUs() < 36e6) it.next()
  expect(Math.abs(it.errorUs())).toBeLessThan(100)
  expect(it.line.jumps).toBe(1)
})

test('a pause too short to jump is made up for at 700 ppm, which is told, and teaches no rate', () => {
  const it = settled()
  it.pause(15_000)
  let slewed = 0
  let fastest = 0
  let before = it.errorUs()
  while (it.atUs() < 110e6) {
    const fromUs = it.atUs()
    it.next()
    slewed += it.line.anchor?.slewPpm === -700 ? it.atUs() - fromUs : 0
    fastest = Math.max(fastest, Math.abs(it.errorUs() - before) / (it.atUs() - fromUs))
    before = it.errorUs()
  }
  expect(Math.abs(it.errorUs())).toBeLessThan(100)
  expect(slewed / 1e6).toBeCloseTo(15 / 0.7, 0)
  expect(fastest).toBeLessThan(1000e-6)
  expect(it.line.anchor?.slewPpm).toBeUndefined()
  expect(it.line.anchor?.rateHz).toBeCloseTo(it.rateHz, 0)
  expect(it.line.jumps).toBe(0)
})

test('a source that stands still again and again is followed, and never faster than all can bend', () => {
  const it = settled(100)
  let worstMs = 0
  for (let s = 0; s < 60; s++) {
    // 0.6 ms a second on average, beside its rate.
    if (s % 10 === 0) it.pause(6000)
    const endUs = it.atUs() + 1e6
    while (it.atUs() < endUs) {
      it.next()
      worstMs = Math.max(worstMs, Math.abs(it.errorUs()) / 1000)
      expect(Math.abs((it.line.anchor?.rateHz ?? 0) / NOMINAL_HZ - 1)).toBeLessThan(1001e-6)
    }
  }
  expect(worstMs).toBeLessThan(8)
  expect(it.line.jumps).toBe(0)
})

test('a new stream has a clock of its own', () => {
  const it = settled()
  it.line.begin(48_000, FRAMES)
  expect(it.line.anchor).toBeUndefined()
  it.line.add(700, 123)
  expect(it.line.anchor).toEqual({ position: 700, captureUs: 123, rateHz: 48_000 })
})

test('whatever comes, the rate stays that of a clock and the position grows', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer(), fc.double())), (packets) => {
      const line = new CaptureLine()
      line.begin(NOMINAL_HZ, FRAMES)
      let last = Number.NEGATIVE_INFINITY
      line.add(0, 0)
      for (const [position, captureUs] of packets) {
        line.add(position, captureUs)
        const { anchor } = line
        expect(anchor?.position).toBeGreaterThanOrEqual(last)
        expect(Math.abs((anchor?.rateHz ?? 0) / NOMINAL_HZ - 1)).toBeLessThan(1001e-6)
        expect(anchor?.captureUs).not.toBeNaN()
        last = anchor?.position ?? 0
      }
    }),
  )
})

function prng(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
