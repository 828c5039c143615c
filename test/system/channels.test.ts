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

/**
 * Hears the mix until both sides hold these levels, and nothing else, to 0.0005 of full scale. A machine that stands
 * still for a moment smears one take; a wrong channel or gain is wrong in all of them.
 */
async function hearLevels(left: number[], right: number[]): Promise<void> {
  for (let take = 1; ; take++) {
    const heard = await hear(backline.url, 1)
    // A new mix is ramped in within 10 ms of reaching the child: the second half of a second is after that.
    const got = [levels(heard.left.subarray(22_050)), levels(heard.right.subarray(22_050))]
    const off = [...left, ...right].map((level, i) => Math.abs(level - (got.flat()[i] as number)))
    if (Math.max(...off) < 0.0005 && heard.missingFrames === 0) return
    if (take === 5) expect(got).toEqual([left, right])
  }
}

test('before anything is set, channels 1 and 2 are left and right', async () => {
  await hearLevels(only(0, 0.25), only(1, 0.25))
})

test('each of the 8 channels arrives as itself, with the gain asked for', async () => {
  for (let channel = 0; channel < 8; channel++) {
    await mix([only(channel, 1), only(channel, 0.5)])
    await hearLevels(only(channel, 0.25), only(channel, 0.125))
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
