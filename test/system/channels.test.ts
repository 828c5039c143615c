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
  playing = await studio.play(eightTones(120))
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

/** Frames in 50 ms: room for a whole number of waves of each tone. */
const PIECE_FRAMES = 2205
/** A new mix is ramped in within 10 ms of reaching the child: what comes later than this holds it. */
const SETTLED_FRAMES = 22_050

/** How loud each of the tones is in each 50 ms of `x`, left and then right. */
function levelsByPiece({ left, right }: { left: Float32Array; right: Float32Array }): number[][] {
  const pieces: number[][] = []
  for (let at = SETTLED_FRAMES; at + PIECE_FRAMES <= left.length; at += PIECE_FRAMES)
    pieces.push(
      [left, right].flatMap((side) =>
        CHANNEL_TONES_HZ.map((hz) => amplitudeOf(side.subarray(at, at + PIECE_FRAMES), hz)),
      ),
    )
  return pieces
}

/**
 * Hears the mix until a quarter of a second in 50 ms pieces holds these levels, and nothing else, to 0.0005 of full
 * scale. A machine that stands still for a moment tears the pieces it falls in; a wrong channel or gain is in all.
 */
async function hearLevels(left: number[], right: number[]): Promise<void> {
  const wanted = [...left, ...right]
  for (let take = 1; ; take++) {
    const heard = await hear(backline.url, 1.5)
    const pieces = levelsByPiece(heard)
    const whole = pieces.filter((levels) =>
      levels.every((level, i) => Math.abs(level - (wanted[i] as number)) < 0.0005),
    )
    if (whole.length >= 5 && heard.missingFrames === 0) return
    if (take < 5) continue
    expect(heard.missingFrames).toBe(0)
    expect.fail(`wanted ${wanted}, heard ${pieces.join(' and ')}`)
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
  const health = async () => (await backline.health()) as { source: { levels: unknown[] } }
  const loud = { peakDb: expect.closeTo(-12.04, 0), rmsDb: expect.closeTo(-15.05, 0) }
  // A block torn by a machine that stands still is over with the next.
  await expect
    .poll(async () => (await health()).source.levels, { timeout: 10_000 })
    .toEqual(CHANNEL_TONES_HZ.map(() => expect.objectContaining(loud)))
})
