import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LEAD_FRAMES, Resampler } from './resampler.ts'
import { ScalarKernel } from './resampler-kernel.ts'
import { SimdKernel } from './resampler-simd.ts'
import type { SincTable } from './sinc-table.ts'

const QUANTUM = 128
/** Long enough for the zeros before the first frame to have left every kernel. */
const SETTLED = 1024

const simdKernel = (table: SincTable) => {
  const kernel = SimdKernel.tryMake(table)
  if (!kernel) throw new Error('no WebAssembly SIMD here')
  return kernel
}

/** What came out, and the place of each output in the input, in input frames. */
interface Take {
  out: Float32Array
  at: Float64Array
}

/** Resamples a function of time (input frames), at a step that may change with every quantum. */
function resample(
  resampler: Resampler,
  input: (n: number) => number,
  frames: number,
  stepOf: (quantum: number) => number,
): Take {
  const out = new Float32Array(frames)
  const at = new Float64Array(frames)
  const left = new Float32Array(QUANTUM)
  const right = new Float32Array(QUANTUM)
  const scratch = new Float32Array(1024)
  let pushed = 0
  for (let done = 0, q = 0; done < frames; done += QUANTUM, q++) {
    const step = stepOf(q)
    resampler.step = step
    const need = resampler.needed(QUANTUM)
    for (let i = 0; i < need; i++) scratch[i] = input(pushed + i)
    resampler.push(scratch, scratch, need)
    pushed += need
    const centre = pushed - resampler.ahead
    for (let i = 0; i < QUANTUM; i++) at[done + i] = centre + i * step
    resampler.render(left, right, 0, QUANTUM)
    if (left.some((x, i) => x !== right[i])) throw new Error('one input, and the channels differ')
    out.set(left, done)
  }
  return { out, at }
}

const decibels = (ratio: number) => 20 * Math.log10(ratio)
const tone = (cyclesPerFrame: number) => (n: number) => Math.sin(2 * Math.PI * cyclesPerFrame * n)

/** Takes out the least-squares sinusoids of these frequencies; what is left is noise, distortion, images and clicks. */
function without({ out, at }: Take, ...cyclesPerFrame: number[]) {
  const basis = cyclesPerFrame.flatMap((f) => [
    at.map((n) => Math.cos(2 * Math.PI * f * n)),
    at.map((n) => Math.sin(2 * Math.PI * f * n)),
  ])
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
    let sum = 0
    for (let i = SETTLED; i < out.length; i++) sum += (a[i] as number) * (b[i] as number)
    return sum
  }
  const weights = solve(
    basis.map((a) => basis.map((b) => dot(a, b))),
    basis.map((a) => dot(a, out)),
  )
  const fit = at.map((_, i) =>
    basis.reduce((sum, b, k) => sum + (weights[k] as number) * (b[i] as number), 0),
  )
  const rest = fit.map((x, i) => (out[i] as number) - x)
  return {
    gainDb: decibels(Math.hypot(weights[0] as number, weights[1] as number)),
    restDb: decibels(Math.sqrt(dot(rest, rest) / dot(fit, fit))),
    peakDb: decibels(rest.subarray(SETTLED).reduce((most, x) => Math.max(most, Math.abs(x)), 0)),
  }
}

/** Solves a small system with a positive matrix by elimination. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] as number])
  rows.forEach((pivot, k) => {
    rows.forEach((row, i) => {
      if (i === k) return
      const factor = (row[k] as number) / (pivot[k] as number)
      for (let j = k; j < row.length; j++) row[j] = (row[j] as number) - factor * (pivot[j] as number)
    })
  })
  return rows.map((row, i) => (row.at(-1) as number) / (row[i] as number))
}

/** Name, input rate in kHz, step in input frames. */
const RATES: [string, number, number][] = [
  ['48 kHz at +200 ppm', 48, 1 + 200e-6],
  ['48 kHz at −200 ppm', 48, 1 - 200e-6],
  ['44.1 kHz at +200 ppm', 44.1, 1 + 200e-6],
  ['44.1 to 48 kHz', 44.1, 44.1 / 48],
  ['48 to 44.1 kHz', 48, 48 / 44.1],
  ['48 to 44.1 kHz at −200 ppm', 48, (48 / 44.1) * (1 - 200e-6)],
  ['96 to 48 kHz at +200 ppm', 96, 2 * (1 + 200e-6)],
]

describe.each([
  ['TypeScript', (table: SincTable) => new ScalarKernel(table)],
  ['WebAssembly SIMD', simdKernel],
] as const)('%s', (_kernel, makeKernel) => {
  // Like the playout: what the two rates are, not what the control loop bends them to, decides the design.
  const make = (step: number) => new Resampler(1 / step < 0.99 ? 1 / step : 1, makeKernel)
  const steady = (kHz: number, rate: number, step: number) =>
    resample(make(step), tone(kHz / rate), 24_064, () => step)

  test.each(RATES)('%s: tones stay pure, and as loud as they were up to 18 kHz', (_name, rate, step) => {
    for (const [kHz, limitDb] of [
      [0.997, -105],
      [15, -95],
      [18, -95],
    ] as const) {
      const { restDb, gainDb } = without(steady(kHz, rate, step), kHz / rate)
      expect(restDb).toBeLessThan(limitDb)
      expect(Math.abs(gainDb)).toBeLessThan(0.1)
    }
  })

  test.each(RATES)('%s: two tones make no third', (_name, rate, step) => {
    for (const [low, high] of [
      [14, 15],
      [0.06, 7],
    ] as const) {
      const [a, b] = [tone(low / rate), tone(high / rate)]
      const take = resample(
        make(step),
        (n) => (a(n) + b(n)) / 2,
        24_064,
        () => step,
      )
      expect(without(take, low / rate, high / rate).restDb).toBeLessThan(-100)
    }
  })

  test.each([
    ['23 kHz, 48 to 44.1', 23, 48, 44.1],
    ['26 kHz, 96 to 48', 26, 96, 48],
    ['40 kHz, 192 to 48', 40, 192, 48],
  ])('what the new rate can not hold does not come back folded: %s kHz', (_name, kHz, from, to) => {
    const { out } = steady(kHz, from, from / to)
    const power = out.subarray(SETTLED).reduce((sum, x) => sum + x * x, 0) / (out.length - SETTLED)
    expect(decibels(Math.sqrt(2 * power))).toBeLessThan(-80)
  })

  test.each(RATES)('%s: a constant stays that constant within 1e-6', (_name, _rate, step) => {
    const { out } = resample(
      make(step),
      () => 0.5,
      12_800,
      () => step,
    )
    const off = out.subarray(SETTLED).map((x) => Math.abs(x - 0.5))
    expect(off.reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(1e-6)
  })

  const sweep = (q: number) => 1000 * (Math.abs(((q / 100) % 4) - 2) - 1)
  const random = (() => {
    // ± 500 ppm from one quantum to the next, turned back at ± 1,000.
    let seed = 1
    let ppm = 0
    return Array.from({ length: 400 }, () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
      ppm = Math.max(-1000, Math.min(1000, ppm + (seed / 2 ** 31 - 1) * 500))
      return ppm
    })
  })()
  const bends: [string, (q: number) => number][] = [
    ['10 ppm per quantum between ±1,000', sweep],
    ['up to 500 ppm per quantum at random', (q) => random[q] as number],
  ]
  test.each(bends.flatMap(([name, ppm]) => [0.997, 5, 15].map((kHz) => [name, kHz, ppm] as const)))(
    'the rate bends by %s: no sample of a %d kHz tone is off by more than −90 dB',
    (_name, kHz, ppm) => {
      for (const step of [1, 44.1 / 48, 48 / 44.1]) {
        const cycles = kHz / 48
        const take = resample(make(step), tone(cycles), QUANTUM * 400, (q) => step * (1 + ppm(q) * 1e-6))
        expect(without(take, cycles).peakDb).toBeLessThan(-90)
      }
    },
  )

  test('at a step of 1 a click comes out LEAD_FRAMES later, at its place', () => {
    const { out } = resample(
      make(1),
      (n) => (n === 400 ? 1 : 0),
      1024,
      () => 1,
    )
    expect(out.indexOf(Math.max(...out))).toBe(400 + LEAD_FRAMES)
  })

  test('it does not matter how the output is cut into calls, nor where in the arrays it goes', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 1100 }), { minLength: 1, maxLength: 6 })
    const steps = fc.double({ min: 0.2, max: 2, noNaN: true })
    fc.assert(
      fc.property(cuts, steps, (frames, step) => {
        const total = frames.reduce((a, b) => a + b, 0)
        const input = Float32Array.from({ length: Math.ceil(total * step) + 64 }, (_, n) => Math.sin(n * n))
        const whole = inCalls(
          make(1),
          input,
          Array.from({ length: total }, () => 1),
          step,
        )
        const cut = inCalls(make(1), input, frames, step)
        const off = cut.map((x, i) => Math.abs(x - (whole[i] as number)))
        expect(off.reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(1e-6)
      }),
      { numRuns: 40 },
    )
  })
})

/** Renders calls of these lengths one after the other into one array. */
function inCalls(resampler: Resampler, input: Float32Array, calls: number[], step: number): Float32Array {
  const total = calls.reduce((a, b) => a + b, 0)
  const left = new Float32Array(total)
  const right = new Float32Array(total)
  let pushed = 0
  let done = 0
  for (const frames of calls) {
    resampler.step = step
    const need = resampler.needed(frames)
    resampler.push(input.subarray(pushed), input.subarray(pushed), need)
    pushed += need
    resampler.render(left, right, done, frames)
    done += frames
  }
  return left
}
