// Every rung of the ladder in a real browser: it is the instrument's sound, at its time, and changing rungs is not heard.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chirpLatencies } from '../../bench/lib/chirp-latency.ts'
import { RUNG_NAMES, type RungName } from '../../src/shared/rungs.ts'
import type { BacklineApi } from '../../web/player/window-api.ts'
import { listen, type OpenBrowser, openBrowser, pageStats } from '../studio/browser.ts'
import { instrumentEnv } from '../studio/instrument.ts'
import { sameSound } from '../studio/same-sound.ts'
import { type Backline, startBackline } from '../studio/server.ts'
import { chirp } from '../studio/signal.ts'
import { type Studio, startStudio } from '../studio/studio.ts'
import { chirpAndChord, recordBoth } from '../studio/take.ts'
import { waitUntil } from '../studio/wait-until.ts'

let studio: Studio
let backline: Backline
let chromium: OpenBrowser

beforeAll(async () => {
  studio = await startStudio()
  backline = await startBackline({ studio, env: { ...instrumentEnv(), CAPTURE_BITS: '24' } })
  chromium = await openBrowser({ engine: 'chromium', studio, url: backline.url })
  // So much that a busy machine and a packet of 20 ms leave the buffer something.
  await listen(chromium, { targetMs: 80 })
})
afterAll(async () => {
  await chromium?.close()
  await backline?.stop()
  await studio?.stop()
})

async function pin(rung: RungName | 'auto'): Promise<void> {
  await chromium.evaluate((name) => {
    ;(globalThis as unknown as { backline: BacklineApi }).backline.setRung(name)
  }, rung)
  if (rung !== 'auto')
    await waitUntil(`the page to play ${rung}`, async () => (await pageStats(chromium)).rung === rung)
}

const record = (signal: Float32Array, during?: () => Promise<void>) => recordBoth(studio, signal, during)

// What the codec leaves of a chord at these rates; of PCM nothing that can be heard.
test.each([
  ['pcm-f32', -60],
  ['opus-256', -25],
  ['opus-128', -20],
  ['opus-96', -15],
  ['opus-64', -12],
  ['pcm16', -60],
] as const)('%s is the instrument, to %d dB', async (rung, wantedDb) => {
  await pin(rung)
  const { quarterDb } = await sameSound(studio, wantedDb)
  expect(quarterDb).toBeLessThan(wantedDb)
})

test('rungs change while a chord plays: nothing is missing, the playing position does not jump', async () => {
  let clean = 0
  for (let attempt = 0; attempt < 20 && clean < 2; attempt++) {
    const before = await pageStats(chromium)
    for (const rung of ['opus-128', 'pcm16', 'opus-256', 'pcm16'] as const) await pin(rung)
    await record(chirpAndChord(1), async () => {
      for (const rung of ['opus-128', 'pcm16', 'opus-256', 'pcm16'] as const) await pin(rung)
    })
    const after = await pageStats(chromium)
    const isClean =
      after.underruns.episodes === before.underruns.episodes &&
      after.resyncs === before.resyncs &&
      after.packets.missing === before.packets.missing
    if (isClean) clean++
    expect(after.decoder.errors).toBe(0)
  }
  expect(clean).toBe(2)
}, 180_000)

test('a note is heard about when it should be on every rung', async () => {
  const delaysMs = new Map<string, number>()
  for (const rung of ['pcm16', 'opus-128', 'opus-64'] as const) {
    await pin(rung)
    const least = await waitUntil(`a chirp on ${rung}`, async () => {
      const { instrument, speaker } = await record(chirpAndChord(0.2))
      return chirpLatencies(instrument, speaker, chirp()).latencies[0]?.latencyMs
    })
    delaysMs.set(rung, least)
  }
  // By design the packet's own length is on top of the target of 80 ms: 2.4, 8 and 23 ms.
  for (const delayMs of delaysMs.values()) expect(delayMs).toBeGreaterThan(60)
  for (const delayMs of delaysMs.values()) expect(delayMs).toBeLessThan(200)
})

test('the server tells of the listener and pins its rung', async () => {
  const url = `${backline.url}/api/listeners`
  const { listeners } = (await (await fetch(url)).json()) as { listeners: { id: number; rung: string }[] }
  expect(listeners).toHaveLength(1)
  const [{ id } = { id: Number.NaN }] = listeners
  const answer = await fetch(`${url}/${id}/quality`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"rung":"opus-96"}',
  })
  expect(answer.ok).toBe(true)
  await waitUntil('the page to play opus-96', async () => (await pageStats(chromium)).rung === 'opus-96')
  expect(RUNG_NAMES).toContain((await pageStats(chromium)).link.wish)
})
