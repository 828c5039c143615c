// The playout engine in full play, with nothing around it: the ring is full, the stream runs at 44.1 kHz in a 48 kHz
// context, a callback is four quanta; virtual time. What drives it allocates nothing but its clock readings.
import { Playout } from '../../src/shared/playout/playout.ts'
import { Resampler } from '../../src/shared/playout/resampler.ts'
import { type ResamplerKernel, ScalarKernel } from '../../src/shared/playout/resampler-kernel.ts'
import { SimdKernel } from '../../src/shared/playout/resampler-simd.ts'
import type { SincTable } from '../../src/shared/playout/sinc-table.ts'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../../src/shared/ring/sample-ring.ts'

/** A server that has been up for two days: positions are beyond what a small integer holds. */
const FIRST_POSITION = 2 ** 33
/** In rough weather, of so many callbacks one packet is lost, and for some others nothing comes. */
const ROUGH_CALLBACKS = 400
const STALL_CALLBACKS = 5
const PACKET_FRAMES = 128
/** How far the ring is filled beyond what could be playing, frames. */
const AHEAD_FRAMES = { smooth: 1024, rough: 0, room: 1024, stuck: 1024 }
/** How far behind that the group plays; Infinity: there is none. */
const ROOM_BEHIND_FRAMES = { smooth: Infinity, rough: Infinity, room: 3000.5, stuck: 5e6 }

/** How long a quantum lasts, µs. */
export const QUANTUM_US = (128 / 48_000) * 1e6

export const KERNELS = { SIMD: simdKernel, TypeScript: (table: SincTable) => new ScalarKernel(table) }
export type KernelName = keyof typeof KERNELS

function simdKernel(table: SincTable): ResamplerKernel {
  const kernel = SimdKernel.tryMake(table)
  if (!kernel) throw new Error('this Node has no WebAssembly SIMD')
  return kernel
}

/**
 * smooth: all there in time. rough: holes to conceal, stalls that move the target, and going back for what came late.
 * room: as smooth, with a group. stuck: with a group that hears what has not come, so it goes on alone.
 */
export type Weather = keyof typeof AHEAD_FRAMES

/** An engine that plays with this resampler kernel; the function renders so many quanta and says how many µs each took. */
export function playingEngine(kernel: KernelName, weather: Weather = 'smooth'): (quanta: number) => number {
  const ring = new SampleRing(createSampleRing())
  const control = new ControlBlock(createControlBlock(), 0)
  const makeResampler = (bandwidth: number) => new Resampler(bandwidth, KERNELS[kernel])
  const options = { ring, control, contextRateHz: 48_000, makeResampler }
  const playout = new Playout(options)
  playout.openStream(1, 44_100)
  const noise = Float32Array.from({ length: PACKET_FRAMES }, () => Math.random() - 0.5)
  const left = new Float32Array(128)
  const right = new Float32Array(128)
  const line = { serial: 1, ms: 0, position: 0, rateHz: 44_100 }
  const room = { ...line, slewPpm: 0 }
  control.set('roomJumpMs', 40)
  let frame = 0
  let written = FIRST_POSITION
  let callbacks = 0
  return (quanta) => {
    let us = 0
    for (let q = 0; q < quanta; q += 4) {
      line.ms = 1000 + (frame / 48_000) * 1000
      line.position = FIRST_POSITION + (line.ms * 44_100) / 1000
      const phase = weather === 'rough' ? callbacks++ % ROUGH_CALLBACKS : STALL_CALLBACKS
      if (phase >= STALL_CALLBACKS) {
        const until = line.position + AHEAD_FRAMES[weather] - PACKET_FRAMES
        for (; written <= until; written += PACKET_FRAMES)
          if (phase !== ROUGH_CALLBACKS / 2) ring.writeFloat32(written, noise, noise, PACKET_FRAMES)
        control.set('newestPosition', written)
      }
      control.writeLine(line)
      if (frame > 48_000 && ROOM_BEHIND_FRAMES[weather] < Infinity) {
        room.ms = line.ms
        room.position = line.position - ROOM_BEHIND_FRAMES[weather]
        control.writeRoom(room)
      }
      const start = process.hrtime.bigint()
      for (let i = 0; i < 4; i++, frame += 128) playout.render(left, right, frame, line.ms)
      us += Number(process.hrtime.bigint() - start) / 1000
    }
    if (frame > 48_000 && control.get('playing') !== 1) throw new Error('the engine did not play')
    if (callbacks > ROUGH_CALLBACKS && control.get('underrunEpisodes') === 0)
      throw new Error('there was nothing to conceal')
    const isFar = Math.abs(control.get('roomErrorMs')) > 1000
    if (frame > 96_000 && isFar !== (weather === 'stuck'))
      throw new Error('the engine was not where it was to be')
    return us / quanta
  }
}
