import { expect, test } from 'vitest'
import { likeness } from './likeness.ts'
import { chirpAndChord } from './take.ts'

const RATE = 44100
const chord = (t: number) =>
  [220, 277, 331, 1760, 3520].reduce((sum, hz) => sum + 0.1 * Math.sin((2 * Math.PI * hz * t) / RATE), 0)
const reference = Float32Array.from({ length: RATE * 2 }, (_, i) => chord(i))

test('a copy delayed by a fraction of a frame and bent by 200 ppm is the same sound', () => {
  const copy = Float32Array.from({ length: RATE * 2 }, (_, i) => 0.5 * chord((i - 1500.37) * (1 + 200e-6)))
  const { residualDb, delayMs, gain } = likeness(reference, copy, RATE, 1500)
  expect(residualDb).toBeLessThan(-80)
  expect(delayMs).toBeCloseTo(33.8, 0)
  expect(gain).toBeCloseTo(0.5, 3)
})

test('a copy whose rate changes while it plays is the same sound', () => {
  // From 0 to −3,000 ppm in two seconds: 3 ms, more than ten periods of the highest tone.
  const copy = Float32Array.from({ length: RATE * 2 }, (_, i) =>
    chord(i - 1500 - (0.003 * i * i) / (4 * RATE)),
  )
  expect(likeness(reference, copy, RATE, 1500).residualDb).toBeLessThan(-70)
})

test('one hole is heard in the whole, and not in the better windows', () => {
  const copy = Float32Array.from({ length: RATE * 2 }, (_, i) =>
    i > RATE && i < RATE + 900 ? 0 : chord(i - 1500),
  )
  const { residualDb, quarterDb, worstDb } = likeness(reference, copy, RATE, 1500)
  expect(residualDb).toBeGreaterThan(-25)
  expect(worstDb).toBeGreaterThan(-10)
  expect(quarterDb).toBeLessThan(-80)
})

test('windows of silence are 0 dB, and the rest is told all the same', () => {
  const copy = Float32Array.from({ length: RATE * 2 }, (_, i) =>
    i > RATE && i < RATE + 9000 ? 0 : chord(i - 1500),
  )
  const { residualDb, quarterDb, worstDb } = likeness(reference, copy, RATE, 1500)
  expect(residualDb).toBeGreaterThan(-15)
  expect(worstDb).toBeGreaterThanOrEqual(0)
  expect(quarterDb).toBeLessThan(-80)
})

test('a copy that is silent throughout is 0 dB', () => {
  const { residualDb, quarterDb } = likeness(reference, new Float32Array(RATE * 2), RATE, 1500)
  expect(residualDb).toBe(0)
  expect(quarterDb).toBe(0)
})

test('a copy that came later than the chirp did is found where it is, not where it is nearly alike', () => {
  const played = chirpAndChord(1).subarray(RATE)
  for (const laterMs of [-28, -10.2, 10.2, 18.2, 28]) {
    const laterFrames = Math.round((laterMs * RATE) / 1000)
    const copy = new Float32Array(played.length + 2000 + laterFrames)
    copy.set(played, 2000 + laterFrames)
    expect(likeness(played, copy, RATE, 2000).quarterDb).toBeLessThan(-80)
  }
})

test('a millisecond that is missing is not', () => {
  const copy = Float32Array.from({ length: RATE * 2 }, (_, i) => (i % 2205 < 44 ? 0 : chord(i - 1500)))
  expect(likeness(reference, copy, RATE, 1500).quarterDb).toBeGreaterThan(-30)
})

test('noise at −50 dB is heard at −50 dB', () => {
  let seed = 1
  const noise = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 31 - 1
  }
  const rms = Math.sqrt(5 * 0.005)
  const copy = Float32Array.from(
    { length: RATE * 2 },
    (_, i) => chord(i - 1500) + noise() * rms * Math.sqrt(3) * 10 ** (-50 / 20),
  )
  expect(likeness(reference, copy, RATE, 1500).quarterDb).toBeCloseTo(-50, 0)
})
