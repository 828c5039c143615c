// What the server's loop notices of the encoding: in the loop itself, and with the worker.
import { performance } from 'node:perf_hooks'
import { Encoding } from '../../src/server/streaming/opus/encoding.ts'
import { OpusEncoders } from '../../src/server/streaming/opus/opus-encoders.ts'
import { PcmWriter } from '../../src/server/streaming/opus/pcm-ring.ts'
import type { OpusRung } from '../../src/shared/rungs.ts'
import {
  CODEC,
  emptyHeader,
  HEADER_BYTES,
  type PacketHeader,
  writeHeader,
} from '../../src/shared/wire/packet.ts'

const STREAM = { streamId: 1, rateHz: 44_100, periodFrames: 128 }
const PAYLOAD = STREAM.periodFrames * 4

export interface LoopCost {
  /** How long a PCM packet keeps the loop, µs. */
  packetUs: number[]
  /** The loop's own time, everything in it, % of real time. */
  loopPercent: number
}

type Push = (packet: Buffer, header: PacketHeader) => void

/** All rungs at once, in the loop that pushes. */
export function inLoop(sound: Int16Array, rungs: readonly OpusRung[], seconds: number): Promise<LoopCost> {
  const encoding = new Encoding(() => {})
  const ring = new PcmWriter(STREAM)
  encoding.begin(STREAM, ring.memory)
  rungs.forEach((rung, id) => {
    encoding.open(id, rung)
  })
  const push: Push = (packet) => {
    ring.offer(packet)
    encoding.drain()
  }
  return play(sound, seconds, push)
}

export async function inWorker(
  sound: Int16Array,
  rungs: readonly OpusRung[],
  seconds: number,
): Promise<LoopCost> {
  const encoders = new OpusEncoders({ log: { warn: (_, message) => process.stderr.write(`${message}\n`) } })
  encoders.begin(STREAM)
  for (const rung of rungs) encoders.open(rung, () => {})
  try {
    const push: Push = (packet, header) => encoders.push(packet, header)
    return await play(sound, seconds, push)
  } finally {
    await encoders.stop()
  }
}

/** Nobody listens to Opus: what the bench itself costs. */
export function idle(sound: Int16Array, seconds: number): Promise<LoopCost> {
  return play(sound, seconds, () => {})
}

/** Pushes packets in real time; the first second, in which things start, is not counted. */
async function play(sound: Int16Array, seconds: number, push: Push): Promise<LoopCost> {
  const packetUs: number[] = []
  const startMs = performance.now()
  const header = {
    ...emptyHeader(),
    ...{ codec: CODEC.pcm16, channels: 2, frames: STREAM.periodFrames, payloadBytes: PAYLOAD, streamId: 1 },
  }
  let before = performance.eventLoopUtilization()
  let settled = false
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsedS = (performance.now() - startMs) / 1000
      if (elapsedS > seconds + 1) {
        clearInterval(timer)
        resolve()
        return
      }
      if (!settled && elapsedS > 1) {
        settled = true
        before = performance.eventLoopUtilization()
      }
      while ((header.position + STREAM.periodFrames) / STREAM.rateHz <= elapsedS) {
        const packet = pcmPacket(sound, header)
        const fromUs = performance.now() * 1000
        push(packet, header)
        if (settled) packetUs.push(performance.now() * 1000 - fromUs)
        header.position += STREAM.periodFrames
      }
    }, 2)
  })
  const { utilization } = performance.eventLoopUtilization(before)
  return { packetUs, loopPercent: utilization * 100 }
}

function pcmPacket(sound: Int16Array, header: PacketHeader): Buffer {
  const bytes = Buffer.from(new ArrayBuffer(HEADER_BYTES + PAYLOAD))
  writeHeader(new DataView(bytes.buffer), 0, header)
  const from = (header.position * 2) % (sound.length - PAYLOAD)
  new Int16Array(bytes.buffer, HEADER_BYTES).set(sound.subarray(from, from + PAYLOAD / 2))
  return bytes
}
