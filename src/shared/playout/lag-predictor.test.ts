import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LagPredictor } from './lag-predictor.ts'
import { solveInPlace } from './least-squares.ts'

const RATE = 48000
const predictor = new LagPredictor(RATE)
const END = predictor.reachFrames + 10

type Sound = (n: number) => number
const samples = (sound: Sound) => Float32Array.from({ length: END + 1000 }, (_, n) => sound(n))
const tone =
  (hz: number): Sound =>
  (n) =>
    Math.sin((2 * Math.PI * hz * n) / RATE)

/** What the taps make of the frames from END on, as far as none of them needs what it has just made. */
function predict(x: Float32Array): number[] {
  return Array.from({ length: predictor.shortestFrames }, (_, i) => {
    let sum = 0
    for (let t = 0; t < predictor.count; t++) {
      sum += (predictor.gains[t] as number) * (x[END + i - (predictor.lags[t] as number)] as number)
    }
    return sum
  })
}

function errorShare(x: Float32Array): number {
  const wrong = predict(x).reduce((sum, value, i) => sum + (value - (x[END + i] as number)) ** 2, 0)
  const energy = x.slice(END, END + predictor.shortestFrames).reduce((sum, value) => sum + value ** 2, 0)
  return Math.sqrt(wrong / energy)
}

test.each([
  ['one note, whose period is no whole number of frames', tone(443.7)],
  ['a high note', tone(3001.3)],
  ['two notes that share no period', (n: number) => tone(440)(n) + tone(567.3)(n)],
  ['a chord', (n: number) => [261.6, 329.6, 392, 523.3].reduce((sum, hz) => sum + tone(hz)(n), 0)],
  ['a note that dies away', (n: number) => Math.exp(-n / 4000) * tone(220)(n)],
])('%s is predicted to 5 %', (_, sound) => {
  const x = samples(sound)
  predictor.fit(x, x, END)
  expect(predictor.correlation).toBeGreaterThan(0.99)
  expect(errorShare(x)).toBeLessThan(0.05)
})

test('noise is not believed, silence neither', () => {
  let seed = 1
  const noise = samples(() => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 31 - 1
  })
  predictor.fit(noise, noise, END)
  expect(predictor.correlation).toBeLessThan(0.5)
  const silence = samples(() => 0)
  predictor.fit(silence, silence, END)
  expect(predictor.correlation).toBe(0)
  expect(predictor.count).toBe(0)
})

test('what no arithmetic can help is continued with nothing', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const x = samples(tone(440))
    x[END - 7] = bad
    predictor.fit(x, x, END)
    expect(predictor.correlation).toBe(0)
  }
})

test('every lag lies where there is audio to take', () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(22050, 44100, 48000, 96000, 192000), (seed, rateHz) => {
      const any = new LagPredictor(rateHz)
      let state = seed
      const x = Float32Array.from({ length: any.reachFrames }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) | 0
        return state / 2 ** 31
      })
      any.fit(x, x, x.length)
      for (let t = 0; t < any.count; t++) {
        const lag = any.lags[t] as number
        if (lag < any.shortestFrames || lag > any.reachFrames) return false
        if (!Number.isFinite(any.gains[t])) return false
      }
      return any.count > 0
    }),
    { numRuns: 50 },
  )
})

test('the solver solves', () => {
  const number = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.array(number, { minLength: 30, maxLength: 30 }), (values) => {
      const [n, stride] = [4, 6]
      const b = values.slice(0, n)
      // Vᵀ·V + I: symmetric and positive definite.
      const v = Array.from({ length: n }, (_, i) => values.slice(4 + 6 * i, 10 + 6 * i))
      const entry = (i: number, j: number) =>
        (v[i] ?? []).reduce((sum, value, k) => sum + value * (v[j]?.[k] ?? 0), i === j ? 1 : 0)
      const matrix = new Float64Array(n * stride)
      for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) matrix[i * stride + j] = entry(i, j)
      const x = Float64Array.from(b)
      solveInPlace(matrix, x, n, stride)
      return b.every((want, i) => {
        const got = x.reduce((sum, value, j) => sum + entry(i, j) * value, 0)
        return Math.abs(got - want) < 1e-9
      })
    }),
  )
})
