// Q: what does the playout engine cost per quantum, as a share of the time the quantum lasts?
// Emulated: the ring is full, the stream runs at 44.1 kHz in a 48 kHz context, a callback is four quanta; virtual time,
//    so only computing is timed. A plain 32-tap dot product per frame and channel is timed in the same rounds: the
//    ratio to it does not depend on how fast the machine is.
// Budgets: p50 ≤ 3 % of the quantum (80 µs of 2,667 µs); p50 ratio ≤ 4. Columns: µs per quantum, percentiles over rounds.
import { Playout } from '../src/shared/playout/playout.ts'
import { ControlBlock, createControlBlock } from '../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../src/shared/ring/sample-ring.ts'
import { defineBench } from './lib/bench.ts'
import { atMost, makeReport, type Row } from './lib/report.ts'
import { round, type Spread, spread } from './lib/statistics.ts'

const QUANTA = 400
const QUANTUM_US = (128 / 48_000) * 1e6

export const bench = defineBench({
  name: 'render',
  question: 'What does the playout engine cost per quantum?',
  options: { rounds: { fallback: 60, explain: 'of 400 quanta each' } },
  run: async ({ rounds }) => {
    const engine = playing()
    const times: number[] = []
    const reference: number[] = []
    for (let i = 0; i < rounds + 5; i++) {
      const us = engine(QUANTA)
      const plainUs = dotProducts(QUANTA)
      if (i < 5) continue // until the compiler has settled
      times.push(us)
      reference.push(plainUs)
    }
    const p50 = spread(times).p50
    return makeReport(
      'render',
      [
        atMost('share of the quantum, p50', round((p50 / QUANTUM_US) * 100), 3, '%'),
        atMost('ratio to plain dot products, p50', round(p50 / spread(reference).p50), 4, '×'),
      ],
      [row('playout', spread(times)), row('plain dot products', spread(reference))],
    )
  },
})

/** An engine in full play; the function renders so many quanta and says how many µs each took. */
function playing(): (quanta: number) => number {
  const ring = new SampleRing(createSampleRing())
  const control = new ControlBlock(createControlBlock())
  const playout = new Playout({ ring, control, contextRateHz: 48_000 })
  playout.openStream(1, 44_100)
  control.set('marginFrames', 256)
  const noise = Float32Array.from({ length: 4096 }, () => Math.random() - 0.5)
  const left = new Float32Array(128)
  const right = new Float32Array(128)
  let frame = 0
  let written = 0
  return (quanta) => {
    let us = 0
    for (let q = 0; q < quanta; q += 4) {
      const nowMs = 1000 + (frame / 48_000) * 1000
      const position = (nowMs * 44_100) / 1000
      for (; written < position + 1024; written += 1024) ring.writeFloat32(written, noise, noise, 1024)
      control.writeLine({ serial: 1, ms: nowMs, position, rateHz: 44_100 })
      const start = process.hrtime.bigint()
      for (let i = 0; i < 4; i++, frame += 128) playout.render(left, right, frame, nowMs)
      us += Number(process.hrtime.bigint() - start) / 1000
    }
    if (frame > 48_000 && control.get('playing') !== 1) throw new Error('the engine did not play')
    return us / quanta
  }
}

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
