// The whole product with a network between server and page: a real browser at the far side of a virtual link.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chirpLatencies } from '../../bench/lib/chirp-latency.ts'
import { listen, type OpenChromium, openChromium, pageStats } from '../studio/browser.ts'
import { instrumentEnv } from '../studio/instrument.ts'
import { linkNamed } from '../studio/link/conditions.ts'
import { type Link, startLink } from '../studio/link/link.ts'
import { type Backline, startBackline } from '../studio/server.ts'
import { chirp, chirps } from '../studio/signal.ts'
import { type Studio, startStudio } from '../studio/studio.ts'
import { recordBoth } from '../studio/take.ts'
import { waitUntil } from '../studio/wait-until.ts'

let studio: Studio
let link: Link
let backline: Backline
let chromium: OpenChromium

beforeAll(async () => {
  studio = await startStudio()
  link = await startLink(linkNamed('lossy'))
  backline = await startBackline({ studio, host: link.nearAddress, env: instrumentEnv() })
  chromium = await openChromium({ studio, url: backline.pageUrl, link })
  await listen(chromium)
})
afterAll(async () => {
  await chromium?.close()
  await backline?.stop()
  await link?.stop()
  await studio?.stop()
})

/** Plays four chirps; the delays at which they are heard, ms. */
async function heardMs(): Promise<number[]> {
  const sound = chirps(4)
  const withTail = new Float32Array(sound.length + 22_050)
  withTail.set(sound)
  const { instrument, speaker } = await recordBoth(studio, withTail)
  return chirpLatencies(instrument, speaker, chirp()).latencies.map(({ latencyMs }) => latencyMs)
}

test('the page over the link is a secure and isolated one, and is heard with the delay of the link in it', async () => {
  const isolated = await chromium.evaluate(() => [isSecureContext, crossOriginIsolated])
  expect(isolated).toEqual([true, true])
  // A loss may spoil any one take.
  const heard = await waitUntil(
    'chirps to be heard',
    async () => {
      const latencies = await heardMs()
      return latencies.length >= 2 ? latencies : undefined
    },
    60_000,
  )
  expect(Math.min(...heard)).toBeGreaterThan(10)
  const { latencyMs, packets } = await pageStats(chromium)
  expect(latencyMs.network).toBeGreaterThanOrEqual(10)
  expect(packets.received).toBeGreaterThan(0)
  const { down } = await link.counters()
  expect(down.forwarded).toBeGreaterThan(packets.received / 2)
})

test('after an outage of the link the page plays on, nobody touched it', async () => {
  const before = (await link.counters()).down.outage
  await link.outage(500)
  const { received } = (await pageStats(chromium)).packets
  // More than an outage holds: what comes now was sent after it.
  await waitUntil('packets', async () => (await pageStats(chromium)).packets.received > received + 300)
  expect((await link.counters()).down.outage).toBeGreaterThan(before)
  await waitUntil('chirps to be heard', async () => (await heardMs()).length >= 2, 60_000)
  expect((await pageStats(chromium)).state).toBe('playing')
})
