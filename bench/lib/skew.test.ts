import { describe, expect, test } from 'vitest'
import { chirp, chirps, seeded } from '../../test/studio/signal.ts'
import { arrivals, heardChirps, pairSkews, skewsIn } from './skew.ts'

const RATE_HZ = 44_100
const CHIRPS = 12
const played = chirps(CHIRPS, { seed: 3 })

describe('two listeners', () => {
  test.each([
    [41.3, 41.3],
    [41.3, 41.5113],
    [38.517, 37.03],
    [62.004, 41.987],
  ])('at %f and %f ms are as far apart as they are', (firstMs, secondMs) => {
    const channels = [played, heardAfter(firstMs), heardAfter(secondMs)]
    const { played: found, listeners, pairs } = skewsIn(channels, chirp())
    expect(found).toBe(CHIRPS)
    expect(listeners.map((heard) => heard.length)).toEqual([CHIRPS, CHIRPS])
    for (const { skewMs } of pairs[0]?.series ?? []) {
      expect(Math.abs(skewMs - (secondMs - firstMs))).toBeLessThan(0.002)
    }
    expect(pairs[0]?.offsetMs).toBeCloseTo(secondMs - firstMs, 2)
    expect(pairs[0]?.absMs.max).toBeCloseTo(Math.abs(secondMs - firstMs), 2)
  })

  test('one of whom plays quietly, in noise and 300 ppm fast', () => {
    const random = seeded(9)
    const noisy = heardAfter(50, (delayMs, atMs) => delayMs - atMs * 300e-6).map(
      (x) => 0.2 * x + 0.004 * (random() - 0.5),
    )
    const [skew] = skewsIn([played, heardAfter(50), noisy], chirp()).pairs
    expect(skew?.series).toHaveLength(CHIRPS)
    for (const { playedMs, skewMs } of skew?.series ?? []) {
      // What is compared is the middle of the chirp, 15 ms in, when it is heard.
      expect(Math.abs(skewMs + (playedMs + 50 + 15) * 300e-6)).toBeLessThan(0.005)
    }
  })

  test('one of whom moves by 50 ms on the way, slowly', () => {
    const moving = heardAfter(
      80,
      (delayMs, atMs) => delayMs + Math.min(50, Math.max(0, (atMs - 2000) * 0.02)),
    )
    const [skew] = skewsIn([played, heardAfter(80), moving], chirp()).pairs
    expect(skew?.series).toHaveLength(CHIRPS)
    expect(skew?.series[0]?.skewMs).toBeCloseTo(0, 2)
    expect(skew?.series.at(-1)?.skewMs).toBeCloseTo(50, 2)
  })

  test('five seconds behind, where most chirps come after those that were played later', () => {
    const long = chirps(24, { seed: 5 })
    const channels = [long, delayed(long, () => 5000.25), delayed(long, () => 5000.6)]
    const { listeners, pairs } = skewsIn(channels, chirp())
    for (const heard of listeners) expect(heard.length).toBeGreaterThan(14)
    expect(pairs[0]?.offsetMs).toBeCloseTo(0.35, 2)
    expect(pairs[0]?.absMs.max).toBeLessThan(0.37)
  })
})

test('what one of them did not hear is left out, and so is what was not clear', () => {
  const instrument = arrivals(played, chirp())
  const channel = heardAfter(40)
  const [second, fourth] = [instrument[1], instrument[3]]
  if (!second || !fourth) throw new Error('the chirps are not found')
  channel.fill(0, second.atFrame, second.atFrame + 6000)
  for (let i = 0; i < 6000; i++) channel[Math.round(fourth.atFrame) + i] = 0.1 * Math.sin(i * i)
  const heard = heardChirps(instrument, arrivals(channel, chirp()))
  expect(heard.map(({ index }) => index)).toEqual([0, 2, 4, 5, 6, 7, 8, 9, 10, 11])
})

test('a late chirp is not taken for an early one of the next', () => {
  const instrument = arrivals(played, chirp())
  const heard = instrument.map(({ atFrame, confidence }) => ({ atFrame: atFrame + 4410, confidence }))
  const [late, next] = [heard[4], instrument[5]]
  if (!late || !next) throw new Error('the chirps are not found')
  heard[4] = { ...late, atFrame: next.atFrame - 441 }
  heard.splice(5, 1)
  expect(heardChirps(instrument, heard).map(({ index }) => index)).not.toContain(5)
})

test('three listeners are three pairs; one who hears nothing has no skew', () => {
  const channels = [played, heardAfter(40), heardAfter(41), new Float32Array(played.length)]
  const { pairs } = skewsIn(channels, chirp())
  expect(pairs.map(({ pair }) => pair)).toEqual([
    [0, 1],
    [0, 2],
    [1, 2],
  ])
  expect(pairs.map(({ series }) => series.length)).toEqual([CHIRPS, 0, 0])
  expect(pairs[0]?.offsetMs).toBeCloseTo(1, 2)
  expect(pairs[1]?.absMs.p95).toBeNaN()
})

test('nobody is no pair', () => {
  expect(pairSkews([])).toEqual([])
  expect(() => skewsIn([], chirp())).toThrow('no channels')
})

/** The performance as heard `delayMs` later; `move` may change that with time. */
function heardAfter(delayMs: number, move: (delayMs: number, atMs: number) => number = (ms) => ms) {
  return delayed(played, (atMs) => move(delayMs, atMs))
}

/** `signal` by windowed-sinc interpolation: exact for what is well under half the rate, as a chirp is. */
function delayed(signal: Float32Array, delayMsAt: (atMs: number) => number): Float32Array {
  const REACH = 24
  return new Float32Array(signal.length).map((_, i) => {
    const at = i - (delayMsAt((i * 1000) / RATE_HZ) * RATE_HZ) / 1000
    const base = Math.floor(at)
    if (!signal[base] && !signal[base + 1]) return 0 // silence, or outside; a chirp begins and ends gently
    let sum = 0
    for (let k = base - REACH + 1; k <= base + REACH; k++) {
      const x = at - k
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
      sum += (signal[k] ?? 0) * sinc * Math.cos((Math.PI * x) / (2 * REACH)) ** 2
    }
    return sum
  })
}
