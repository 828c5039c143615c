// A computer slept for so long that the server has given its listener up: on waking the page finds the way back.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listen, type OpenBrowser, openBrowser, pageStats } from '../studio/browser.ts'
import { amplitudeOf } from '../studio/ear.ts'
import { instrumentEnv } from '../studio/instrument.ts'
import type { Recording } from '../studio/recorder.ts'
import { type Backline, startBackline } from '../studio/server.ts'
import { tone } from '../studio/signal.ts'
import { type Studio, startStudio } from '../studio/studio.ts'
import { waitUntil } from '../studio/wait-until.ts'

const RATE = 44_100
let studio: Studio
let backline: Backline
let chromium: OpenBrowser

beforeAll(async () => {
  studio = await startStudio()
  backline = await startBackline({ studio, env: instrumentEnv() })
  chromium = await openBrowser({ engine: 'chromium', studio, url: backline.url })
  await listen(chromium)
})
afterAll(async () => {
  await chromium?.close()
  await backline?.stop()
  await studio?.stop()
})

interface Streaming {
  silent: number
  packetsSent: number
}

async function streaming(): Promise<Streaming> {
  return (await backline.health())['streaming'] as Streaming
}

/** What is played before and during the sleep, and what since shortly before the end of it. */
const OLD_HZ = 440
const NEW_HZ = 880

/** From where on nine tenths of half a second of a recording are the new tone, ms. A machine may stall meanwhile. */
function newToneFromMs(sound: Float32Array): number {
  const block = 0.02 * RATE
  const there = Array.from(
    { length: Math.floor(sound.length / block) },
    (_, i) => amplitudeOf(sound.subarray(i * block, (i + 1) * block), NEW_HZ) > 0.25,
  )
  const from = there.findIndex((here, i) => here && there.slice(i, i + 25).filter(Boolean).length >= 22)
  return from < 0 ? Number.NaN : from * 20
}

test('it plays what is now within 2 s of waking, on the same stream', async () => {
  let playing = await studio.play([tone(OLD_HZ, 90), tone(OLD_HZ, 90)])
  const before = await pageStats(chromium)
  const pids = await chromium.pids()
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  let recording: Recording | undefined
  let wokenMs = Number.NaN
  try {
    await waitUntil('the server to give the sleeper up', async () => (await streaming()).silent > 0, 60_000)
    await playing.stop()
    await playing.ended
    playing = await studio.play([tone(NEW_HZ, 30), tone(NEW_HZ, 30)])
    recording = await studio.record({ inputs: [['speakers:monitor_FL', 0]], channels: 1 })
  } finally {
    wokenMs = Number(process.hrtime.bigint()) / 1e6
    for (const pid of pids) process.kill(pid, 'SIGCONT')
  }
  const { packetsSent } = await streaming()
  await waitUntil('the page to be sent a second of sound', async () => {
    return (await streaming()).packetsSent > packetsSent + 345
  })
  await waitUntil('the page to play', async () => (await pageStats(chromium)).state === 'playing')
  const heardFrom = (await streaming()).packetsSent
  await waitUntil('two seconds more of it', async () => (await streaming()).packetsSent > heardFrom + 690)
  const { channels, startMonotonicMs } = await recording.stop()
  await playing.stop()
  await playing.ended
  const after = await pageStats(chromium)
  expect(after.streamId).toBe(before.streamId)
  const backMs = startMonotonicMs + newToneFromMs(channels[0] ?? new Float32Array()) - wokenMs
  expect(backMs).toBeLessThan(2000)
})
