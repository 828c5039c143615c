// Computers sleep and wall clocks are set. Heard through the engine in virtual time.
import { describe, expect, test } from 'vitest'
import { NETWORKS } from './networks.ts'
import { CHORD, peakOf, tones } from './sounds.ts'
import { perform, type Trial } from './trial.ts'

const AT_MS = 30_000
const HOUR_MS = 3_600_000
const sound = tones(CHORD, 48_000)
const LOUD = peakOf(sound) / 4

const setting = (profile: Trial['profile'], packetMs: number) => ({
  network: NETWORKS['lan'] as Trial['network'],
  profile,
  seed: 5,
  callbackFrames: 480,
  packetMs,
  sinkPpm: 80,
  sound,
})

describe.each([
  [false, 'all clocks have gone on'],
  [true, 'only the wall clock has gone on'],
])('after an hour of sleep (local clock stopped: %s) in which %s', (localStops) => {
  test.each([
    ['live', 5],
    ['balanced', 20],
    ['stable', 2.5],
  ] as const)('%s with packets of %d ms plays within 2 s, as before, and goes on', (profile, packetMs) => {
    const before = { targetMs: Number.NaN, concealedFrames: 0 }
    const settled = { concealedFrames: 0 }
    const wakesMs = AT_MS + HOUR_MS
    let quietMs = Number.NaN
    const end = perform({
      ...setting(profile, packetMs),
      seconds: wakesMs / 1000 + 20,
      sleeps: [{ atMs: AT_MS, ms: HOUR_MS, localStops }],
      watch: ({ atMs, out, frames, targetMs, concealedFrames }) => {
        if (atMs < AT_MS) Object.assign(before, { targetMs, concealedFrames })
        if (atMs < wakesMs + 2000) settled.concealedFrames = concealedFrames
        else if (out.subarray(0, frames).every((x) => Math.abs(x) < LOUD)) quietMs = atMs
      },
    })
    expect(quietMs).toBeNaN()
    expect(end.playing).toBe(true)
    expect(end.concealedFrames).toBe(settled.concealedFrames)
    expect(Math.abs(end.delayMs - before.targetMs)).toBeLessThan(4)
    expect(Math.abs(end.targetMs - before.targetMs)).toBeLessThan(4)
    expect(end.resyncs).toBeLessThanOrEqual(2)
  })
})

describe('somebody sets the wall clock', () => {
  test.each([-HOUR_MS, -400, -200, -50, 50, 200, 400, HOUR_MS])(
    'by %d ms: nothing is heard of it, and neither target nor pitch remember it',
    (ms) => {
      const before = { targetMs: Number.NaN }
      let worstPpm = 0
      const end = perform({
        ...setting('balanced', 5),
        seconds: AT_MS / 1000 + 20,
        dateSteps: [{ atMs: AT_MS, ms }],
        watch: ({ atMs, targetMs, ppm }) => {
          if (atMs < AT_MS) Object.assign(before, { targetMs })
          else worstPpm = Math.max(worstPpm, Math.abs(ppm + 80))
        },
      })
      expect(end.episodes).toBe(0)
      expect(end.resyncs).toBe(0)
      expect(end.targetMs).toBeLessThanOrEqual(before.targetMs)
      expect(worstPpm).toBeLessThan(300)
    },
  )
})
