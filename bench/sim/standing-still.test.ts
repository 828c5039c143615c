// Sources and devices that stand still, heard: real sound through the engine in virtual time.
import { expect, test } from 'vitest'
import { NETWORKS } from './networks.ts'
import { CHORD, stepOf, tones } from './sounds.ts'
import { type Heard, perform, type Trial } from './trial.ts'

const RATE = 48_000
const sound = tones(CHORD, RATE)
const OWN_STEP = stepOf(sound)
const START_MS = 60_000

/** A minute of LAN, then what `trial` says, then 10 s: what came of it. */
function after(trial: Partial<Trial> & { profile: Trial['profile'] }) {
  const before = { episodes: 0, concealedFrames: 0, resyncs: 0, targetMs: 0 }
  const delaysBefore: number[] = []
  const delaysAfter: number[] = []
  let step = 0
  let last = 0
  const end: Heard = perform({
    seconds: START_MS / 1000 + 10,
    seed: 3,
    network: NETWORKS['lan'] as Trial['network'],
    callbackFrames: 480,
    packetMs: 5,
    sinkPpm: 80,
    sound,
    ...trial,
    watch: (heard) => {
      for (const x of heard.out.subarray(0, heard.frames)) {
        step = Math.max(step, Math.abs(x - last))
        last = x
      }
      const { atMs, delayMs, targetMs, episodes, concealedFrames, resyncs } = heard
      if (atMs < START_MS) Object.assign(before, { targetMs, episodes, concealedFrames, resyncs })
      if (atMs > START_MS - 2000 && atMs < START_MS) delaysBefore.push(delayMs)
      if (atMs > START_MS + 3000 && atMs < START_MS + 5000) delaysAfter.push(delayMs)
    },
  })
  return {
    delayMs: mean(delaysAfter) - mean(delaysBefore),
    targetMs: end.targetMs - before.targetMs,
    episodes: end.episodes - before.episodes,
    concealedMs: ((end.concealedFrames - before.concealedFrames) / RATE) * 1000,
    resyncs: end.resyncs - before.resyncs,
    step: step / OWN_STEP,
  }
}

const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length

test.each([5, 10, 15, 20, 30, 40])(
  'a source whose clock pauses for %d ms costs one gap no longer than the pause, and no delay',
  (ms) => {
    const { delayMs, episodes, concealedMs, resyncs, step } = after({
      profile: 'live',
      sourcePauses: [{ atMs: START_MS, ms }],
    })
    expect(episodes).toBeLessThanOrEqual(1)
    expect(concealedMs).toBeLessThanOrEqual(ms)
    expect(resyncs).toBe(0)
    // One reading of a clock of whole milliseconds says where to go on.
    expect(delayMs).toBeLessThan(1.5)
    expect(step).toBeLessThan(3)
  },
)

test.each([
  [20, 128],
  [50, 480],
  [100, 512],
  [200, 1024],
  [500, 480],
  [1000, 512],
])(
  'a device that stands still for %d ms, with callbacks of %d frames, is back at its delay by one jump',
  (ms, callbackFrames) => {
    const { delayMs, episodes, resyncs, step } = after({
      profile: 'balanced',
      callbackFrames,
      deviceStalls: [{ atMs: START_MS, ms }],
    })
    expect(resyncs).toBe(1)
    expect(episodes).toBe(0)
    expect(Math.abs(delayMs)).toBeLessThan(1)
    expect(step).toBeLessThan(3)
  },
)
