import { afterEach, expect, test, vi } from 'vitest'
import { Resampler } from './resampler.ts'
import { type ResamplerKernel, ScalarKernel, WINDOW_FRAMES } from './resampler-kernel.ts'
import { SimdKernel } from './resampler-simd.ts'
import { simdModuleBytes } from './resampler-simd-module.ts'
import { type SincTable, sincTable } from './sinc-table.ts'

afterEach(() => vi.unstubAllGlobals())

/** White noise of ±1, the same every time. */
function noise(frames: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length: frames }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  })
}

function outputs(kernel: ResamplerKernel, centre: number, step: number, frames: number) {
  const left = new Float32Array(frames + 8)
  const right = new Float32Array(frames + 8)
  kernel.left.set(noise(WINDOW_FRAMES, 1))
  kernel.right.set(noise(WINDOW_FRAMES, 2))
  kernel.place.set([centre, step])
  kernel.render(left, right, 4, frames)
  return { left, right }
}

test.each([
  [1, 44_100 / 48_000, 1500],
  [1, 1 + 137e-6, 1500],
  [44_100 / 48_000, 48_000 / 44_100, 1500],
  [0.25, 4, 900],
])('both kernels agree within −120 dB, bandwidth %d, step %d', (bandwidth, step, frames) => {
  const table = sincTable(bandwidth)
  const simd = SimdKernel.tryMake(table)
  if (!simd) throw new Error('no WebAssembly SIMD here')
  const want = outputs(new ScalarKernel(table), table.taps + 0.3, step, frames)
  const got = outputs(simd, table.taps + 0.3, step, frames)
  for (const side of ['left', 'right'] as const) {
    let rest = 0
    let power = 0
    want[side].forEach((x, i) => {
      rest += ((got[side][i] as number) - x) ** 2
      power += x * x
    })
    expect(10 * Math.log10(rest / power)).toBeLessThan(-120)
    expect([...got[side].subarray(0, 4), ...got[side].subarray(frames + 4)]).toEqual(Array(8).fill(0))
  }
})

test('the module is valid, tiny, and the same every time', () => {
  const bytes = simdModuleBytes()
  expect(WebAssembly.validate(bytes)).toBe(true)
  expect(bytes.length).toBeLessThan(512)
  expect(WebAssembly.Module.imports(new WebAssembly.Module(bytes))).toEqual([
    { module: 'env', name: 'memory', kind: 'memory' },
  ])
  expect(simdModuleBytes()).toEqual(bytes)
})

test('a stream that comes back at a rate it had finds its table made, and the code compiled', () => {
  const [level, falling] = [sincTable(1), sincTable(44_100 / 48_000)]
  new Resampler(1)
  const present = api()
  let compiled = 0
  class Counted extends present.Module {
    constructor(bytes: BufferSource) {
      super(bytes)
      compiled++
    }
  }
  vi.stubGlobal('WebAssembly', { ...present, Module: Counted })
  for (const bandwidth of [1, 44_100 / 48_000, 1]) new Resampler(bandwidth)
  expect(compiled).toBe(1)
  expect(sincTable(1)).toBe(level)
  expect(sincTable(44_100 / 48_000)).toBe(falling)
})

/** Stands for a constructor that an engine refuses to run. */
class Refused {
  constructor() {
    throw new Error('refused')
  }
}

test.each([
  ['has no WebAssembly', undefined],
  ['may not compile, by its policy, or knows no SIMD', { ...api(), Module: Refused }],
  ['has no memory for it', { ...api(), Memory: Refused }],
])('an engine that %s gets the TypeScript and the same sound', (_name, present) => {
  const quickest = render(new Resampler())
  vi.stubGlobal('WebAssembly', present)
  expect(SimdKernel.tryMake(sincTable())).toBeUndefined()
  const fallback = render(new Resampler())
  const scalar = render(new Resampler(1, (table: SincTable) => new ScalarKernel(table)))
  expect(fallback).toEqual(scalar)
  expect(quickest).not.toEqual(scalar) // the other kernel was at work: it rounds differently
})

function api() {
  const { Module, Memory, Instance } = WebAssembly
  return { Module, Memory, Instance }
}

function render(resampler: Resampler): Float32Array {
  const out = new Float32Array(512)
  const input = noise(1024, 3)
  resampler.step = 1.01
  resampler.push(input, input, resampler.needed(512))
  resampler.render(out, new Float32Array(512), 0, 512)
  return out
}

test('a window that would overflow is refused, and nothing is written', () => {
  const resampler = new Resampler()
  const input = new Float32Array(WINDOW_FRAMES)
  expect(() => resampler.push(input, input, WINDOW_FRAMES)).toThrow(RangeError)
  resampler.step = 1
  expect(resampler.needed(128)).toBe(128)
})

test.each([
  ['TypeScript', (table: SincTable) => new ScalarKernel(table)],
  ['the quickest', undefined],
])(
  '%s allocates nothing per quantum once it is compiled',
  (_name, makeKernel) => {
    const resampler = new Resampler(1, makeKernel)
    const input = noise(1024, 4)
    const left = new Float32Array(128)
    const right = new Float32Array(128)
    const quanta = 1000
    const bytesPerQuantum = () => {
      const before = process.memoryUsage().heapUsed
      for (let q = 0; q < quanta; q++) {
        const step = 0.91875 * (1 + (q % 7) * 1e-5)
        resampler.step = step
        resampler.push(input, input, resampler.needed(128))
        resampler.render(left, right, 0, 128)
      }
      return (process.memoryUsage().heapUsed - before) / quanta
    }
    // One number object would be 12 bytes or more. Rounds in which garbage was collected say nothing; compiling ends.
    const quiet = () => {
      const bytes = bytesPerQuantum()
      return bytes >= 0 && bytes < 2
    }
    expect(Array.from({ length: 24 }, quiet).slice(-12).filter(Boolean).length).toBeGreaterThan(6)
  },
  30_000,
)
