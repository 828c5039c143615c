// What a person hears when the child is killed while the page plays Opus, and when the server stands still: once the cause has
// ended the page plays the instrument again, and nobody touched it.
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BacklineApi } from '../../web/player/window-api.ts'
import { listen, type OpenBrowser, openBrowser, pageStats } from '../studio/browser.ts'
import { instrumentEnv } from '../studio/instrument.ts'
import { longestSilenceMs } from '../studio/listening.ts'
import type { Playing } from '../studio/player.ts'
import type { RecordOptions } from '../studio/recorder.ts'
import { type Backline, startBackline } from '../studio/server.ts'
import { tone } from '../studio/signal.ts'
import { STUDIO_RATE_HZ, type Studio, startStudio } from '../studio/studio.ts'
import { waitUntil } from '../studio/wait-until.ts'

/** Longer than any of it takes; it is cut short. */
const PLAY_S = 120
const STILL_MS = 2000

let studio: Studio
let backline: Backline
let chromium: OpenBrowser
let playing: Playing

beforeAll(async () => {
  studio = await startStudio()
  backline = await startBackline({ studio, env: instrumentEnv() })
  const signal = tone(440, PLAY_S)
  playing = await studio.play([signal, signal])
  chromium = await openBrowser({ engine: 'chromium', studio, url: backline.url })
  await listen(chromium)
})
afterAll(async () => {
  await playing?.stop()
  await chromium?.close()
  await backline?.stop()
  await studio?.stop()
})

const SPEAKER: RecordOptions = { inputs: [['speakers:monitor_FL', 0]], channels: 1 }

/** What the speakers play for so long. */
async function hear(during: () => Promise<unknown>): Promise<Float32Array> {
  const recording = await studio.record(SPEAKER)
  await during()
  const [speaker = new Float32Array()] = (await recording.stop()).channels
  return speaker
}

/** Waits until the speakers play again after `cause`, and tells how long they were silent. */
async function heardAfter(what: string, cause: () => Promise<void>): Promise<void> {
  const speaker = await hear(async () => {
    await wait(300) // of sound
    await cause()
    const { received } = (await pageStats(chromium)).packets
    const again = async () => (await pageStats(chromium)).packets.received > received + 100
    await waitUntil('packets', again, 60_000)
    const isLoud = async () => (await hear(() => wait(100))).some((x) => Math.abs(x) > 0.1)
    await waitUntil('the speakers to be heard', isLoud, 60_000)
  })
  console.log(
    `${what}: the speakers were silent for ${Math.round(longestSilenceMs(speaker, STUDIO_RATE_HZ))} ms`,
  )
  await waitUntil('the page to say so', async () => (await pageStats(chromium)).state === 'playing', 60_000)
}

test('the capture child is killed while the page plays Opus', async () => {
  await chromium.evaluate(() => {
    ;(globalThis as unknown as { backline: BacklineApi }).backline.setRung('opus-128')
  })
  await waitUntil('Opus', async () => (await pageStats(chromium)).rung === 'opus-128', 60_000)
  const { streamId } = await pageStats(chromium)
  await heardAfter('the child was killed', async () => {
    process.kill(backline.childPid(), 'SIGKILL')
    await waitUntil('another stream', async () => (await pageStats(chromium)).streamId !== streamId, 60_000)
  })
  expect((await pageStats(chromium)).rung).toBe('opus-128')
})

test('the server stands still', async () => {
  await heardAfter(`the server stood still for ${STILL_MS} ms`, async () => {
    process.kill(backline.pid, 'SIGSTOP')
    try {
      await wait(STILL_MS)
    } finally {
      process.kill(backline.pid, 'SIGCONT')
    }
  })
})
