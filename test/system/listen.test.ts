// A page in a real browser plays what the instrument plays, and goes on doing so when things die around it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listen, type OpenBrowser, openBrowser, pageStats, untilState } from '../studio/browser.ts'
import { instrumentEnv } from '../studio/instrument.ts'
import { longestSilenceMs } from '../studio/listening.ts'
import { sameSound } from '../studio/same-sound.ts'
import { type Backline, freePort, startBackline } from '../studio/server.ts'
import { tone } from '../studio/signal.ts'
import { type Studio, startStudio } from '../studio/studio.ts'
import { recordBoth } from '../studio/take.ts'
import { waitUntil } from '../studio/wait-until.ts'

const RATE = 44_100
let studio: Studio
let backline: Backline
let chromium: OpenBrowser
let port: number

beforeAll(async () => {
  studio = await startStudio()
  port = await freePort()
  backline = await startBackline({ studio, port, env: instrumentEnv() })
  chromium = await openBrowser({ engine: 'chromium', studio, url: backline.url })
  await listen(chromium)
})
afterAll(async () => {
  await chromium?.close()
  await backline?.stop()
  await studio?.stop()
})

const record = (signal: Float32Array, during?: () => Promise<void>) => recordBoth(studio, signal, during)

test('the speakers play what the instrument played, to below −60 dB', async () => {
  const { quarterDb, gain } = await sameSound(studio, -60)
  expect(quarterDb).toBeLessThan(-60)
  expect(gain).toBeCloseTo(1, 3)
})

test('kill −9 of the capture child: sound is back within 1.5 s, nobody touched the page', async () => {
  const { streamId } = await pageStats(chromium)
  const { speaker } = await record(tone(440, 6), async () => {
    await waitUntil('the tone to be captured', async () => {
      const { source } = (await backline.health()) as { source: { levels: { peakDb: number | null }[] } }
      return (source.levels[0]?.peakDb ?? -100) > -20
    })
    const { received } = (await pageStats(chromium)).packets
    await waitUntil(
      'and to be heard',
      async () => (await pageStats(chromium)).packets.received > received + 100,
    )
    const first = backline.childPid()
    process.kill(first, 'SIGKILL')
    await waitUntil('another child', () => backline.childPid() !== first)
  })
  const silence = longestSilenceMs(speaker, RATE)
  expect(silence).toBeGreaterThan(50)
  expect(silence).toBeLessThan(1500)
  const after = await pageStats(chromium)
  expect(after.state).toBe('playing')
  expect(after.streamId).not.toBe(streamId)
})

test('the server is killed and started again: the page finds it and plays within 3 s', async () => {
  await backline.kill()
  await untilState(chromium, 'reconnecting')
  backline = await startBackline({ studio, port, env: instrumentEnv() })
  await untilState(chromium, 'playing', 3000)
  const { speaker } = await record(tone(440, 1))
  expect(Math.max(...speaker)).toBeGreaterThan(0.4)
})

test('the page had nothing to complain about but the lost connection', async () => {
  expect(
    (await chromium.complaints()).filter((text) => !/WebSocket|ERR_CONNECTION_REFUSED/.test(text)),
  ).toEqual([])
})
