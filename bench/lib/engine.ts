// The playout engine in full play, with nothing around it: the ring is full, the stream runs at 44.1 kHz in a 48 kHz
// context, a callback is four quanta; virtual time. What drives it allocates nothing but its clock readings.
import { Playout } from '../../src/shared/playout/playout.ts'
import { Resampler } from '../../src/shared/playout/resampler.ts'
import { type ResamplerKernel, ScalarKernel } from '../../src/shared/playout/resampler-kernel.ts'
import { SimdKernel } from '../../src/shared/playout/resampler-simd.ts'
import type { SincTable } from '../../src/shared/playout/sinc-table.ts'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../../src/shared/ring/sample-ring.ts'

/** How long a quantum lasts, µs. */
export const QUANTUM_US = (128 / 48_000) * 1e6

export const KERNELS = { SIMD: simdKernel, TypeScript: (table: SincTable) => new ScalarKernel(table) }
export type KernelName = keyof typeof KERNELS

function simdKernel(table: SincTable): ResamplerKernel {
  const kernel = SimdKernel.tryMake(table)
  if (!kernel) throw new Error('this Node has no WebAssembly SIMD')
  return kernel
}

/** An engine that plays with this resampler kernel; the function renders so many quanta and says how many µs each took. */
export function playingEngine(kernel: KernelName): (quanta: number) => number {
  const ring = new SampleRing(createSampleRing())
  const control = new ControlBlock(createControlBlock(), 0)
  const makeResampler = (bandwidth: number) => new Resampler(bandwidth, KERNELS[kernel])
  const options = { ring, control, contextRateHz: 48_000, makeResampler }
  const playout = new Playout(options)
  playout.openStream(1, 44_100)
  const noise = Float32Array.from({ length: 4096 }, () => Math.random() - 0.5)
  const left = new Float32Array(128)
  const right = new Float32Array(128)
  const line = { serial: 1, ms: 0, position: 0, rateHz: 44_100 }
  let frame = 0
  let written = 0
  return (quanta) => {
    let us = 0
    for (let q = 0; q < quanta; q += 4) {
      line.ms = 1000 + (frame / 48_000) * 1000
      line.position = (line.ms * 44_100) / 1000
      for (; written < line.position + 1024; written += 1024) ring.writeFloat32(written, noise, noise, 1024)
      control.set('newestPosition', written)
      control.writeLine(line)
      const start = process.hrtime.bigint()
      for (let i = 0; i < 4; i++, frame += 128) playout.render(left, right, frame, line.ms)
      us += Number(process.hrtime.bigint() - start) / 1000
    }
    if (frame > 48_000 && control.get('playing') !== 1) throw new Error('the engine did not play')
    return us / quanta
  }
}
