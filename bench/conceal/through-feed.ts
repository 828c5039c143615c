// A hole in a recording, heard through the production feed.
import { Feed } from '../../src/shared/playout/feed.ts'
import { createSampleRing, SampleRing } from '../../src/shared/ring/sample-ring.ts'
import { RATE_HZ } from './notes.ts'
import type { Method } from './references.ts'

/** What is played before the hole: as much as concealment can want to know, and more. */
const LEAD = 8192
const QUANTUM = 128

/** What the feed plays in place of the missing frames. */
export const throughFeed: Method = ({ left, right }, at, frames) => {
  const feed = new Feed(holed(left, right, at, frames), RATE_HZ)
  feed.seek(0)
  const out = new Float32Array(frames * 2)
  const quantumLeft = new Float32Array(QUANTUM)
  const quantumRight = new Float32Array(QUANTUM)
  for (let n = 0; n < LEAD + frames; n += QUANTUM) {
    feed.pull(quantumLeft, quantumRight, QUANTUM)
    for (let i = 0; i < QUANTUM; i++) {
      const k = n + i - LEAD
      if (k < 0 || k >= frames) continue
      out[k] = quantumLeft[i] as number
      out[frames + k] = quantumRight[i] as number
    }
  }
  return out
}

export interface Cost {
  /** The first quantum with a hole since the program began: what the compiler makes of code that is new to it. */
  firstUs: number
  /** Per quantum of 128 frames: without a hole; with one that begins in it; going on; with every other 16 frames missing. */
  plainUs: number[]
  beginUs: number[]
  goOnUs: number[]
  sieveUs: number[]
}

/** Times quanta of the feed: each round is 145 quanta, a hole of 15 ms, and 8 quanta of a sieve. */
export function feedCost(left: Float32Array, right: Float32Array, rounds: number): Cost {
  const ring = new SampleRing(createSampleRing())
  const feed = new Feed(ring, RATE_HZ)
  feed.seek(0)
  const outLeft = new Float32Array(QUANTUM)
  const outRight = new Float32Array(QUANTUM)
  const pull = (quanta: number): number => {
    const start = process.hrtime.bigint()
    for (let q = 0; q < quanta; q++) feed.pull(outLeft, outRight, QUANTUM)
    return Number(process.hrtime.bigint() - start) / 1000 / quanta
  }
  const cost: Cost = { firstUs: Number.NaN, plainUs: [], beginUs: [], goOnUs: [], sieveUs: [] }
  const block = 150 * QUANTUM
  for (let round = 0; round < rounds; round++) {
    const from = (round * 7919) % (left.length - block)
    ring.writeFloat32(feed.position, left.subarray(from), right.subarray(from), block)
    pull(5) // the cross-fade back
    cost.plainUs.push(pull(145))
    cost.beginUs.push(pull(1))
    cost.goOnUs.push(pull(5))
    for (let n = 0; n < 8 * QUANTUM; n += 32) {
      ring.writeFloat32(feed.position + n, left.subarray(from + n), right.subarray(from + n), 16)
    }
    cost.sieveUs.push(pull(8))
  }
  if (feed.episodes !== rounds) throw new Error(`${feed.episodes} gaps were concealed, not ${rounds}`)
  cost.firstUs = cost.beginUs[0] ?? Number.NaN
  return cost
}

function holed(left: Float32Array, right: Float32Array, at: number, frames: number): SampleRing {
  const ring = new SampleRing(createSampleRing(1 << 15))
  ring.writeFloat32(0, left.subarray(at - LEAD), right.subarray(at - LEAD), LEAD)
  const after = at + frames
  ring.writeFloat32(LEAD + frames, left.subarray(after), right.subarray(after), QUANTUM)
  return ring
}
