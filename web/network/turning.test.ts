// A change of rung, from the worker's half to the engine's: what longer packets cost, and what they do not.
import { expect, test } from 'vitest'
import { Playout } from '../../src/shared/playout/playout.ts'
import { PROFILES, type Profile } from '../../src/shared/playout/profile.ts'
import { StreamTiming } from '../../src/shared/playout/stream-timing.ts'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../../src/shared/ring/sample-ring.ts'
import { RingWriter } from './ring-writer.ts'

const RATE = 48_000
const PER_MS = RATE / 1000
const QUANTUM = 128
const WAY_MS = 5
const JITTER_MS = 3
/** 20 ms, and 5. */
const LONG = 960
const MIDDLE = 240
const SHORT = 128

interface Sent {
  atMs: number
  position: number
  frames: number
  turn: boolean
}

/** Short packets, from 15 s on such of `frames`, from 40 s on short ones again; what the engine says at these seconds. */
function run(frames: number, profile: Profile, seconds: readonly number[]) {
  const shared = createControlBlock()
  const memory = createSampleRing()
  const [worker, worklet] = [new ControlBlock(shared), new ControlBlock(shared, 0)]
  const timing = new StreamTiming(worker)
  const writer = new RingWriter(new SampleRing(memory), worker)
  worker.set('profile', PROFILES.indexOf(profile))
  const playout = new Playout({ ring: new SampleRing(memory), control: worklet, contextRateHz: RATE })
  timing.begin(1, RATE)
  timing.turnTo(SHORT / PER_MS)
  writer.begin(1, RATE)
  playout.openStream(1, RATE)

  let seed = 1
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const way: Sent[] = []
  const sound = new Float32Array(LONG)
  const [left, right] = [new Float32Array(QUANTUM), new Float32Array(QUANTUM)]
  let [position, size, turn, lastMs] = [0, SHORT, false, 0]
  const turns = [
    { atMs: 15_000, frames },
    { atMs: 40_000, frames: SHORT },
  ]
  const send = (nowMs: number) => {
    if (nowMs >= (turns[0]?.atMs ?? Number.POSITIVE_INFINITY)) {
      size = turns.shift()?.frames ?? size
      position = Math.floor((position - 10 * PER_MS) / size) * size
      turn = true
    }
    for (; (position + size) / PER_MS <= nowMs; position += size, turn = false) {
      // In order, as on TCP; a packet out of the server's history leaves when it is asked for.
      const leftMs = turn ? nowMs : (position + size) / PER_MS
      lastMs = Math.max(lastMs, leftMs + WAY_MS + random() * JITTER_MS)
      way.push({ atMs: lastMs, position, frames: size, turn })
    }
  }
  const take = (nowMs: number) => {
    for (let next = way[0]; next !== undefined && next.atMs <= nowMs; next = way[0]) {
      way.shift()
      if (next.turn) {
        writer.turn()
        timing.expectPast()
        timing.turnTo(next.frames / PER_MS)
      }
      const news = !writer.repeats(next.position + next.frames)
      for (let i = 0; i < next.frames; i++) sound[i] = 0.3 * Math.sin((next.position + i) / 20)
      writer.write(next.position, sound, sound, next.frames)
      const captureUs = (next.position / PER_MS) * 1000
      if (news) timing.add({ position: next.position, captureUs }, next.atMs)
      timing.publish(nowMs)
    }
  }
  const readings: { targetMs: number; behindMs: number; episodes: number; resyncs: number }[] = []
  for (let frame = 0; readings.length < seconds.length; frame += QUANTUM) {
    const nowMs = frame / PER_MS
    send(nowMs)
    take(nowMs)
    playout.render(left, right, frame, Math.floor(nowMs))
    if (nowMs < (seconds[readings.length] ?? 0) * 1000) continue
    readings.push({
      targetMs: worklet.get('targetFrames') / PER_MS,
      behindMs: nowMs - worklet.get('playPosition') / PER_MS,
      episodes: worklet.get('underrunEpisodes'),
      resyncs: worklet.get('resyncs'),
    })
  }
  return readings
}

test.each(PROFILES)(
  '%s: packets of 20 ms cost one gap and their own length, and the target is not chased',
  (profile) => {
    const [before, soon, later, back] = run(LONG, profile, [15, 16, 39, 85])
    if (!before || !soon || !later || !back) throw new Error('no readings')
    const longerMs = (LONG - SHORT) / PER_MS
    expect(before.episodes).toBe(0)
    expect(back.episodes).toBeLessThanOrEqual(1)
    expect(back.resyncs).toBe(0)
    expect(soon.behindMs - before.behindMs).toBeGreaterThan(longerMs - 2)
    expect(soon.behindMs - before.behindMs).toBeLessThan(longerMs + 3)
    expect(later.targetMs).toBeLessThan(before.targetMs + 3)
    expect(back.behindMs).toBeLessThan(before.behindMs + 3)
  },
)

test('packets of 5 ms cost no gap at all', () => {
  const [before, later, back] = run(MIDDLE, 'balanced', [15, 39, 85])
  expect(later?.episodes).toBe(0)
  expect(back?.episodes).toBe(0)
  expect((later?.targetMs ?? 0) - (before?.targetMs ?? 0)).toBeLessThan(2)
})
