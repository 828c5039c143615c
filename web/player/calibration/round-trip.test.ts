// Recordings made of chirps, echoes, noise and filters, in which the way taken is known exactly.
import { expect, test } from 'vitest'
import { fft } from '../../../src/shared/dsp/fft.ts'
import { findArrival } from './arrival.ts'
import { chirp } from './chirp.ts'
import { roundTrip } from './round-trip.ts'

const RATE_HZ = 48_000
const GAP = RATE_HZ * 1.2
const FIRST = 1_000_000

interface Room {
  delayMs: number
  noise?: number
  /** A wall: so much later and louder than the direct sound. */
  echo?: { ms: number; gain: number }
  /** Chirps that do not come. */
  lost?: readonly number[]
  gain?: number
}

function noise(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return (state / 2 ** 30 - 1) * 1.7
  }
}

/** Five chirps through the room; between frames by a line, which costs the highest tones a little. */
function record({ delayMs, noise: loud = 0, echo, lost = [], gain = 0.1 }: Room) {
  const sound = chirp(RATE_HZ)
  const samples = new Float32Array(GAP * 6)
  const starts = [0, 1, 2, 3, 4].map((n) => FIRST + 4800 + n * GAP)
  const add = (at: number, level: number) => {
    const whole = Math.floor(at)
    const part = at - whole
    for (let i = 0; i <= sound.length; i++) {
      const value = (sound[i] ?? 0) * (1 - part) + (sound[i - 1] ?? 0) * part
      samples[whole + i] = (samples[whole + i] as number) + value * level
    }
  }
  for (const [n, start] of starts.entries()) {
    if (lost.includes(n)) continue
    const at = start - FIRST + (delayMs * RATE_HZ) / 1000
    add(at, gain)
    if (echo) add(at + (echo.ms * RATE_HZ) / 1000, gain * echo.gain)
  }
  const random = noise(7)
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] as number) + random() * loud
  return { recording: { samples, rateHz: RATE_HZ, firstFrame: FIRST }, sound, starts }
}

function measure(room: Room) {
  const { recording, sound, starts } = record(room)
  return roundTrip(recording, sound, starts)
}

test('the transform of a tone is one line, and back it is the tone', () => {
  const re = Float64Array.from({ length: 64 }, (_, i) => Math.cos((2 * Math.PI * 5 * i) / 64))
  const im = new Float64Array(64)
  fft(re, im)
  expect([...re].map((value) => Math.abs(Math.round(value)))).toEqual(
    Array.from({ length: 64 }, (_, i) => (i === 5 || i === 59 ? 32 : 0)),
  )
  fft(re, im, true)
  expect((re[0] as number) / 64).toBeCloseTo(1)
})

test.each([0.9, 41.237, 180.5, 640])('a quiet room, %s ms: found to 20 µs, and sure of it', (delayMs) => {
  const found = measure({ delayMs })
  expect(Math.abs((found?.medianMs ?? 0) - delayMs)).toBeLessThan(0.02)
  expect(found).toMatchObject({ found: 5, played: 5 })
  expect(found?.confidence).toBeGreaterThan(0.9)
})

test('as loud a noise as the chirps are at the microphone', () => {
  const found = measure({ delayMs: 63.3, noise: 0.03 })
  expect(Math.abs((found?.medianMs ?? 0) - 63.3)).toBeLessThan(0.1)
  expect(found?.confidence).toBeGreaterThan(0.5)
})

test('a wall does not move the direct sound, but costs confidence', () => {
  const found = measure({ delayMs: 63.3, echo: { ms: 7, gain: 0.6 } })
  expect(Math.abs((found?.medianMs ?? 0) - 63.3)).toBeLessThan(0.1)
  expect(found?.confidence).toBeLessThan(0.5)
})

test('a loudspeaker wired the other way round is as far away', () => {
  expect(measure({ delayMs: 41.2, gain: -0.1 })?.medianMs).toBeCloseTo(41.2, 1)
})

test('two chirps that were not heard cost confidence, three are too few', () => {
  const found = measure({ delayMs: 41.2, noise: 0.005, lost: [1, 3] })
  expect(found).toMatchObject({ found: 3, played: 5 })
  expect(found?.confidence).toBeLessThan(0.65)
  expect(measure({ delayMs: 41.2, noise: 0.005, lost: [0, 1, 3] })).toBeUndefined()
})

test('noise alone, silence and a recording that is too short are no measurement', () => {
  expect(measure({ delayMs: 0, gain: 0, noise: 0.1 })).toBeUndefined()
  expect(measure({ delayMs: 0, gain: 0 })).toBeUndefined()
  expect(findArrival(new Float32Array(100), chirp(RATE_HZ), RATE_HZ)).toBeUndefined()
})
