// Q: what does the playout engine cost per quantum, as a share of the time the quantum lasts?
// Emulated: bench/lib/engine.ts, once with each resampler kernel; only computing is timed. A plain 32-tap dot product
//    per frame and channel is timed in the same rounds: the ratio to it does not depend on how fast the machine is.
// Budgets: p50 ≤ 3 % of the quantum (80 µs of 2,667 µs) with either kernel; p50 ratio ≤ 4 in TypeScript, ≤ 2 with SIMD.
// Columns: µs per quantum, percentiles over rounds.
import { defineBench } from './lib/bench.ts'
import { KERNELS, type KernelName, playingEngine, QUANTUM_US } from './lib/engine.ts'
import { atMost, makeReport, type Row } from './lib/report.ts'
import { round, type Spread, spread } from './lib/statistics.ts'

const QUANTA = 400
/** Rounds until the compiler has settled. */
const SETTLE = 5
const RATIO_LIMIT: Record<KernelName, number> = { SIMD: 2, TypeScript: 4 }

export const bench = defineBench({
  name: 'render',
  question: 'What does the playout engine cost per quantum?',
  options: { rounds: { fallback: 60, explain: 'of 400 quanta each' } },
  run: async ({ rounds }) => {
    const engines = (Object.keys(KERNELS) as KernelName[]).map((kernel) => ({
      kernel,
      play: playingEngine(kernel),
      times: [] as number[],
    }))
    const reference: number[] = []
    for (let i = 0; i < rounds + SETTLE; i++) {
      for (const { play, times } of engines) times.push(play(QUANTA))
      reference.push(dotProducts(QUANTA))
    }
    const plain = spread(reference.slice(SETTLE))
    const timed = engines.map(({ kernel, times }) => ({ kernel, us: spread(times.slice(SETTLE)) }))
    return makeReport(
      'render',
      timed.flatMap(({ kernel, us }) => [
        atMost(`share of the quantum, ${kernel}, p50`, round((us.p50 / QUANTUM_US) * 100), 3, '%'),
        atMost(
          `ratio to plain dot products, ${kernel}, p50`,
          round(us.p50 / plain.p50),
          RATIO_LIMIT[kernel],
          '×',
        ),
      ]),
      [...timed.map(({ kernel, us }) => row(`playout, ${kernel}`, us)), row('plain dot products', plain)],
    )
  },
})

function dotProducts(quanta: number): number {
  const x = Float32Array.from({ length: 160 }, (_, i) => Math.sin(i))
  const taps = Float32Array.from({ length: 32 }, (_, i) => Math.cos(i))
  const out = new Float32Array(256)
  const start = process.hrtime.bigint()
  for (let q = 0; q < quanta; q++) {
    for (let i = 0; i < 256; i++) {
      let sum = 0
      for (let k = 0; k < 32; k++) sum += (x[(i >> 1) + k] as number) * (taps[k] as number)
      out[i] = sum
    }
  }
  return Number(process.hrtime.bigint() - start) / 1000 / quanta
}

function row(name: string, { min, p50, p95, p99, max }: Spread): Row {
  return {
    row: name,
    minUs: round(min),
    p50Us: round(p50),
    p95Us: round(p95),
    p99Us: round(p99),
    maxUs: round(max),
  }
}
