// The page measures its own path with a marker; the studio measures the same path from outside, with chirps.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChirpLatency, chirpLatencies } from '../../bench/lib/chirp-latency.ts'
import type { MeasureResult } from '../../web/measure/measure.ts'
import { listen, type OpenBrowser, openBrowser, pageStats } from '../studio/browser.ts'
import { instrumentEnv } from '../studio/instrument.ts'
import { INSTRUMENT_AND_SPEAKER } from '../studio/recorder.ts'
import { type Backline, startBackline } from '../studio/server.ts'
import { chirp, chirps } from '../studio/signal.ts'
import { STUDIO_RATE_HZ, type Studio, startStudio } from '../studio/studio.ts'
import { waitUntil } from '../studio/wait-until.ts'

/** The server wants two seconds between measurements. */
const APART_MS = 2100

type Found = Extract<MeasureResult, { detected: true }>

let studio: Studio
let backline: Backline
let chromium: OpenBrowser

beforeAll(async () => {
  studio = await startStudio()
  backline = await startBackline({ studio, env: instrumentEnv() })
  chromium = await openBrowser({ engine: 'chromium', studio, url: backline.url })
  await listen(chromium)
  await waitUntil('the page to know its delay', async () => {
    const { latencyMs } = await pageStats(chromium)
    return latencyMs.total !== null && latencyMs.errorMs !== null
  })
})
afterAll(async () => {
  await chromium?.close()
  await backline?.stop()
  await studio?.stop()
})

const measure = (): Promise<MeasureResult> =>
  chromium.evaluate(() =>
    (globalThis as unknown as { backline: { measure(): Promise<MeasureResult> } }).backline.measure(),
  )

/** Until one is found: a machine that stands still leaves holes, and a marker in one is not found. */
async function measured(): Promise<Found> {
  const found = async (): Promise<Found> => {
    const result = await measure()
    if (!result.detected) throw new Error(result.words)
    return result
  }
  return waitUntil('a measurement to find its marker', found, 60_000, 500)
}

/** Measures while the instrument plays chirps: how far each measurement is from the chirp nearest to it in time, ms. */
async function offsFromChirps(seed: number): Promise<number[]> {
  const sound = chirps(24, { seed })
  const recording = await studio.record(INSTRUMENT_AND_SPEAKER)
  const playing = await studio.play([sound, sound])
  let isOver = false
  const ended = playing.ended.then(() => {
    isOver = true
  })
  const measurements: { atMs: number; totalMs: number }[] = []
  while (!isOver) {
    const atMs = Number(process.hrtime.bigint()) / 1e6
    const result = await measure()
    if (result.detected) measurements.push({ atMs, totalMs: result.totalMs })
    await new Promise((resolve) => setTimeout(resolve, APART_MS))
  }
  await ended
  const { channels, startMonotonicMs } = await recording.stop()
  const [instrument, speaker] = channels
  if (!instrument || !speaker) throw new Error('the recording lacks a channel')
  const { latencies } = chirpLatencies(instrument, speaker, chirp())
  return measurements.flatMap(({ atMs, totalMs }) => {
    const apart = ({ startFrame }: ChirpLatency) =>
      Math.abs(startMonotonicMs + (startFrame * 1000) / STUDIO_RATE_HZ - atMs)
    const [nearest] = latencies.toSorted((a, b) => apart(a) - apart(b))
    return nearest && apart(nearest) < 1000 ? [Math.abs(totalMs - nearest.latencyMs)] : []
  })
}

test('the marker takes as long as the studio says the sound takes, to 5 ms', async () => {
  // A machine that stops for a while moves the delay between marker and chirp: the quarter it left alone is what we are.
  await measured()
  const offs: number[] = []
  for (let attempt = 1; attempt <= 8 && quarter(offs) > 5; attempt++)
    offs.push(...(await offsFromChirps(attempt)))
  expect(quarter(offs)).toBeLessThanOrEqual(5)
}, 300_000)

/** A quarter of them are no larger; Infinity for fewer than four. */
function quarter(values: readonly number[]): number {
  if (values.length < 4) return Number.POSITIVE_INFINITY
  return values.toSorted((a, b) => a - b)[values.length >> 2] as number
}

test('the hops add up to the total, and each is there', async () => {
  const { hops, totalMs, confidence } = await measured()
  expect(hops.map(({ name }) => name)).toEqual(['capture', 'server', 'network', 'buffer', 'output'])
  expect(hops.reduce((sum, { measuredMs }) => sum + measuredMs, 0)).toBeCloseTo(totalMs, 3)
  // Two clocks: what is between them may come out a little short.
  for (const { measuredMs } of hops) expect(measuredMs).toBeGreaterThan(-1)
  expect(confidence).toBeGreaterThan(0.5)
})

test('the marker is found on Opus of 64 kbit/s', async () => {
  await chromium.evaluate(() =>
    (globalThis as unknown as { backline: { setRung(rung: string): void } }).backline.setRung('opus-64'),
  )
  await waitUntil('the page to hear Opus', async () => (await pageStats(chromium)).rung === 'opus-64', 30_000)
  expect((await measured()).totalMs).toBeGreaterThan(0)
})
