import { describe, expect, test } from 'vitest'
import { chirp, chirps, seeded, tone } from '../../test/studio/signal.ts'
import { chirpLatencies } from './chirp-latency.ts'
import { classify } from './classify.ts'
import { findGlitches } from './glitches.ts'

const RATE = 44_100

/** 997 Hz whose rate follows `ppm(seconds)`, as a player's clock correction makes it. */
function drifting(seconds: number, ppm: (at: number) => number): Float32Array {
  let phase = 0
  return Float32Array.from({ length: seconds * RATE }, (_, i) => {
    phase += (2 * Math.PI * 997 * (1 + ppm(i / RATE) * 1e-6)) / RATE
    return 0.5 * Math.sin(phase)
  })
}

function withNoise(signal: Float32Array, db: number): Float32Array {
  const random = seeded(7)
  const peak = 10 ** (db / 20) * Math.sqrt(3)
  return signal.map((x) => x + peak * (2 * random() - 1))
}

/** Cuts `frames` out at `atS`, or (negative) plays that many twice. */
function spliced(signal: Float32Array, atS: number, frames: number): Float32Array {
  const at = Math.round(atS * RATE)
  return Float32Array.from([...signal.subarray(0, at), ...signal.subarray(at + frames)])
}

describe('what the ear would notice is found, once and in its place', () => {
  const long = tone(997, 5)
  test.each([
    ['a lost millisecond', spliced(long, 2, 44)],
    ['a doubled millisecond', spliced(long, 2, -44)],
    ['a lost frame', spliced(long, 2, 1)],
    ['a lost packet of 128 frames', spliced(long, 2, 128)],
    ['a 10 ms fade to nothing and back', long.map((x, i) => x * faded(i / RATE - 2, 0.01))],
    ['a dip of 0.5 dB for 5 ms', long.map((x, i) => (Math.abs(i / RATE - 2) < 0.0025 ? x * 0.944 : x))],
    ['20 ms of silence', long.map((x, i) => (i / RATE > 2 && i / RATE < 2.02 ? 0 : x))],
    ['one frame at zero', long.map((x, i) => (i === Math.round(2 * RATE) + 11 ? 0 : x))],
  ])('%s', (_, hurt) => {
    for (const signal of [hurt, withNoise(hurt, -70)]) {
      const { episodes } = findGlitches(signal)
      expect(episodes).toHaveLength(1)
      expect(episodes[0]?.startMs).toBeGreaterThan(1985)
      expect(episodes[0]?.endMs).toBeLessThan(2040)
    }
  })

  test('two losses 200 ms apart are two episodes, 30 ms apart one', () => {
    const once = spliced(long, 2, 44)
    expect(findGlitches(spliced(once, 2.2, 44)).episodes).toHaveLength(2)
    expect(findGlitches(spliced(once, 2.03, 44)).episodes).toHaveLength(1)
  })
})

describe('what a good player does is not called a glitch', () => {
  test.each([
    ['60 ppm off for a minute', () => 60],
    ['a change of rate by 100 ppm', (at: number) => (at > 3 ? 100 : 0)],
    ['1,000 ppm reached within a second', (at: number) => Math.min(1000, at * 1000)],
    ['a rate that wanders by ±300 ppm every 2 s', (at: number) => 300 * Math.sin(Math.PI * at)],
  ])('%s', (name, ppm) => {
    const seconds = name.includes('minute') ? 60 : 8
    expect(findGlitches(drifting(seconds, ppm)).episodes).toEqual([])
  })

  test('a minute with noise at −70 dB, in 16 bits', () => {
    const noisy = withNoise(tone(997, 60), -70).map((x) => Math.round(x * 32768) / 32768)
    expect(findGlitches(noisy).episodes).toEqual([])
  })
})

test('silence is an error, never a clean result', () => {
  expect(() => findGlitches(new Float32Array(RATE))).toThrow('silent')
})

test('latency is found to a tenth of a frame, also under noise and at low level', () => {
  const source = chirps(6)
  const one = chirp()
  for (const [frames, gain] of [
    [1234, 1],
    [17_000, 0.05],
    [40, 0.5],
  ] as const) {
    const late = new Float32Array(source.length)
    late.set(source.subarray(0, source.length - frames), frames)
    const speaker = withNoise(
      late.map((x) => x * gain),
      -66,
    )
    const { found, latencies } = chirpLatencies(source, speaker, one)
    expect(found).toBe(6)
    expect(latencies).toHaveLength(6)
    for (const { latencyMs } of latencies)
      expect(Math.abs((latencyMs * RATE) / 1000 - frames)).toBeLessThan(0.1)
  }
})

test('noise instead of the chirps gives no latency at all', () => {
  const source = chirps(4)
  expect(chirpLatencies(source, withNoise(new Float32Array(source.length), -6), chirp()).latencies).toEqual(
    [],
  )
})

test('blame goes to the rig first, then to the machine, then to the device, then to us', () => {
  const at = (startMs: number) => ({ startMs, endMs: startMs + 5, phase: 1, dip: 0, residual: 0 })
  const { rig, machine, captured, own } = classify([1000, 2000, 3000, 4000, 5000, 5100].map(at), {
    instrument: [at(960)],
    control: [at(5001)],
    stalls: [{ atMs: 1900, lateMs: 8 }],
    captured: [960, 1960, 2960].map(at),
    latencyMs: 40,
  })
  expect([rig, machine, captured, own].map((list) => list.map(({ startMs }) => startMs))).toEqual([
    [1000, 5000],
    [2000],
    [3000],
    [4000, 5100],
  ])
})

function faded(distanceS: number, halfS: number): number {
  return Math.min(1, Math.abs(distanceS) / halfS)
}

test('an outage of two seconds is one episode of that length', () => {
  const { episodes } = findGlitches(tone(997, 6).map((x, i) => (i / RATE > 2 && i / RATE < 4 ? 0 : x)))
  expect(episodes).toHaveLength(1)
  expect((episodes[0]?.endMs ?? 0) - (episodes[0]?.startMs ?? 0)).toBeCloseTo(2000, -2)
})
