// Instrument → ALSA → naudiodon (or arecord, where that could not be built) → mixer → IPC → server → socket: which channel ends where, and how loud.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { amplitudeOf, hear } from '../studio/ear.ts'
import { instrumentEnv } from '../studio/instrument.ts'
import type { Playing } from '../studio/player.ts'
import { type Backline, startBackline } from '../studio/server.ts'
import { CHANNEL_TONES_HZ, eightTones } from '../studio/signal.ts'
import { type Studio, startStudio } from '../studio/studio.ts'

let studio: Studio
let backline: Backline
let playing: Playing

beforeAll(async () => {
  studio = await startStudio()
  backline = await startBackline({ studio, env: instrumentEnv() })
  playing = await studio.play(eightTones(60))
})
afterAll(async () => {
  await playing?.stop()
  await backline?.stop()
  await studio?.stop()
})

async function mix(gains: number[][]): Promise<void> {
  const answer = await fetch(`${backline.url}/api/mix`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ gains }),
  })
  expect(answer.status).toBeLessThan(300)
}

const only = (channel: number, gain: number) => CHANNEL_TONES_HZ.map((_, i) => (i === channel ? gain : 0))
const levels = (x: Float32Array) => CHANNEL_TONES_HZ.map((hz) => amplitudeOf(x, hz))

test('before anything is set, channels 1 and 2 are left and right', async () => {
  const { left, right, missingFrames } = await hear(backline.url, 0.5)
  expect(levels(left)[0]).toBeCloseTo(0.25, 3)
  expect(levels(right)[1]).toBeCloseTo(0.25, 3)
  expect(Math.max(...levels(left).slice(1))).toBeLessThan(0.001)
  expect(missingFrames).toBe(0)
})

test('each of the 8 channels arrives as itself, with the gain asked for', async () => {
  for (let channel = 0; channel < 8; channel++) {
    await mix([only(channel, 1), only(channel, 0.5)])
    // The mix reaches the child and is ramped there; a second of audio is far more than that takes.
    const { left, right } = await hear(backline.url, 1)
    const l = levels(left.subarray(22_050))
    const r = levels(right.subarray(22_050))
    for (let other = 0; other < 8; other++) {
      expect(l[other]).toBeCloseTo(other === channel ? 0.25 : 0, 3)
      expect(r[other]).toBeCloseTo(other === channel ? 0.125 : 0, 3)
    }
  }
})

test('the levels of all 8 channels are in /health', async () => {
  const health = (await backline.health()) as { source: { levels: { peakDb: number; rmsDb: number }[] } }
  expect(health.source.levels).toHaveLength(8)
  for (const { peakDb, rmsDb } of health.source.levels) {
    expect(peakDb).toBeCloseTo(-12.04, 0)
    expect(rmsDb).toBeCloseTo(-15.05, 0)
  }
})
