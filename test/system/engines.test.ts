// The page in each of the engines people have: it plays what the instrument plays, survives the death of the capture
// child, and is silent when told to stop.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chirpLatencies } from '../../bench/lib/chirp-latency.ts'
import { ENGINES, listen, type OpenBrowser, openBrowser, pageStats, untilState } from '../studio/browser.ts'
import { amplitudeOf } from '../studio/ear.ts'
import { graphLinks } from '../studio/graph.ts'
import { instrumentEnv } from '../studio/instrument.ts'
import { onset } from '../studio/listening.ts'
import { commandLine } from '../studio/processes.ts'
import { type Backline, startBackline } from '../studio/server.ts'
import { chirp, chirps, tone } from '../studio/signal.ts'
import { type Studio, startStudio } from '../studio/studio.ts'
import { recordBoth } from '../studio/take.ts'
import { waitUntil } from '../studio/wait-until.ts'

const RATE_HZ = 44_100
const CHIRPS = 6
const TONE_S = 1

let studio: Studio
let backline: Backline

beforeAll(async () => {
  studio = await startStudio()
  backline = await startBackline({ studio, env: instrumentEnv() })
})
afterAll(async () => {
  await backline?.stop()
  await studio?.stop()
})

/** All of them fit into the time of a test. */
const MOST_TAKES = 10

/** Chirps, then a tone, then time for the slowest to be heard. */
function performance(): Float32Array {
  const [first, second] = [chirps(CHIRPS), tone(997, TONE_S)]
  const out = new Float32Array(first.length + second.length + RATE_HZ / 2)
  out.set(first)
  out.set(second, first.length)
  return out
}

/** What instrument and left speaker have of one performance. */
async function perform() {
  const { instrument, speaker } = await recordBoth(studio, performance())
  return { instrument, speaker, toneStart: onset(instrument) + chirps(CHIRPS).length - 0.3 * RATE_HZ }
}

/**
 * Performs until most chirps of one take and its tone are heard: a machine that stops for a moment spoils a take for
 * whoever plays with it, what does not play spoils all of them.
 */
async function expectHeard(browser: OpenBrowser): Promise<void> {
  for (let take = 1; ; take++) {
    const { instrument, speaker, toneStart } = await perform()
    const { latencies } = chirpLatencies(instrument, speaker, chirp())
    // The middle of the tone is at the speakers whatever the delay, as long as that is under 300 ms.
    const middle = speaker.subarray(toneStart + 0.35 * RATE_HZ, toneStart + 0.95 * RATE_HZ)
    const heard = { mostChirps: latencies.length > CHIRPS / 2, tone: toneLevel(middle) }
    if (heard.mostChirps && heard.tone === 0.5) return
    if (take < MOST_TAKES) continue
    const { state, latencyMs, packets, underruns } = await pageStats(browser)
    const links = await graphLinks(studio.env)
    const says = JSON.stringify({ state, latencyMs, packets, underruns, links })
    expect(heard, `the page, and what is plugged into what: ${says}`).toEqual({ mostChirps: true, tone: 0.5 })
  }
}

describe.each(ENGINES)('%s', (engine) => {
  let browser: OpenBrowser
  beforeAll(async () => {
    browser = await openBrowser({ engine, studio, url: backline.url })
  })

  /** A page in this state: for a second attempt in a browser of its own, whatever the first has made of this one. */
  async function pageThat(state: 'idle' | 'playing'): Promise<OpenBrowser> {
    const is = await pageStats(browser).catch(() => undefined)
    if (is?.state === state) return browser
    await browser.close().catch(() => undefined)
    browser = await openBrowser({ engine, studio, url: backline.url })
    if (state === 'playing') await listen(browser)
    return browser
  }

  test('Listen: the instrument is heard at the speakers', async () => {
    await listen(await pageThat('idle'))
    await expectHeard(browser)
  })

  test('a killed capture child is survived: a new stream plays, nobody touched the page', async () => {
    const { streamId } = await pageStats(await pageThat('playing'))
    process.kill(backline.childPid(), 'SIGKILL')
    await waitUntil('a new stream', async () => {
      const { state, streamId: now } = await pageStats(browser)
      return state === 'playing' && now !== null && now !== streamId
    })
    await expectHeard(browser)
  })

  test('Stop: silence', async () => {
    await (await pageThat('playing')).click('Stop')
    await untilState(browser, 'idle')
    const { instrument, speaker, toneStart } = await perform()
    const loudest = (x: Float32Array) => x.subarray(toneStart, toneStart + TONE_S * RATE_HZ).reduce(louder, 0)
    expect(loudest(instrument)).toBeCloseTo(0.5, 2)
    expect(loudest(speaker)).toBe(0)
  })

  test('the page had nothing to complain about', async () => {
    expect(await (await pageThat('idle')).complaints()).toEqual([])
  })

  test('its processes are known, and gone once it is closed', async () => {
    const pids = await browser.pids()
    expect(pids.length).toBeGreaterThan(2)
    await browser.close()
    await waitUntil('the browser to be gone', () => !pids.some(runs))
  })
})

/**
 * Amplitude of the tone to two places, in most of its 50 ms windows: in longer ones a rate that is still settling would
 * look like a quieter tone.
 */
function toneLevel(x: Float32Array): number {
  const length = 0.05 * RATE_HZ
  const levels = Array.from({ length: Math.floor(x.length / length) }, (_, i) =>
    amplitudeOf(x.subarray(i * length, (i + 1) * length), 997),
  ).sort((a, b) => a - b)
  return Math.round((levels[levels.length >> 1] ?? 0) * 100) / 100
}

function louder(most: number, x: number): number {
  return Math.max(most, Math.abs(x))
}

function runs(pid: number): boolean {
  return commandLine(pid) !== ''
}
