// Two pages of one room as their listeners hear them: in step, paused and started at a time, sent back, through a link that
// is cut. The second page's link can be.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hearTogether } from '../../bench/lib/hear-together.ts'
import type { SessionView } from '../../src/server/routes/session-view.ts'
import { type OpenBrowser, pageStats } from '../studio/browser.ts'
import { type Controller, serverNowUs, takeCharge } from '../studio/controller.ts'
import { instrumentEnv } from '../studio/instrument.ts'
import { startTcpRelay, type TcpRelay } from '../studio/link/tcp-relay.ts'
import { choose, countdownEndUs, openMember, untilInStep } from '../studio/room.ts'
import { delayOf, offsetOf, skewOf, takeOf, untilUs } from '../studio/room-take.ts'
import { type Backline, startBackline } from '../studio/server.ts'
import { type Studio, startStudio } from '../studio/studio.ts'
import { waitUntil } from '../studio/wait-until.ts'

/** What two pages may be apart here: the machine does much else at the same time. The bench asks for less. */
const IN_STEP_MS = 5
/** What the room promises of a start. */
const START_MS = 5
/** By what recording and server clock are known to each other, and a busy machine's output to its page. */
const CLOCK_MS = 60
const DELAY_MS = 100
/** More than a page needs on a busy machine, so that the delay stays and nobody is set aside. */
const FIXED_MS = 1000
const second = 1e6

let studio: Studio
let backline: Backline
let relay: TcpRelay
let controller: Controller
const pages: OpenBrowser[] = []

beforeAll(async () => {
  studio = await startStudio({ speakers: 2 })
  backline = await startBackline({ studio, env: instrumentEnv() })
  const { hostname, port } = new URL(backline.url)
  relay = await startTcpRelay({ down: {}, up: {} }, { host: hostname, port: Number(port) })
  controller = await takeCharge(backline.url)
  for (const [i, url] of [backline.url, `http://127.0.0.1:${relay.port}`].entries())
    pages.push(await openMember({ studio, url, place: i + 1, mode: 'together' }))
  // Fixed before anybody is asked to be in step: on a busy machine what pages need moves faster than a delay may.
  controller.setRoom({ fixedDelayMs: FIXED_MS })
  await waitUntil('the delay to be what was set', async () => (await session()).together.delayMs === FIXED_MS)
  await allInStep()
})
afterAll(async () => {
  controller?.close()
  for (const page of pages) await page.close()
  await backline?.stop()
  await relay?.stop()
  await studio?.stop()
})

async function allInStep(): Promise<void> {
  await Promise.all(pages.map((page) => untilInStep(page, 60_000)))
}

async function session(): Promise<SessionView> {
  return (await (await fetch(`${backline.url}/api/sessions/main`)).json()) as SessionView
}

/** A machine that stands still at the wrong moment spoils what it meets: of a few takes, the best of each figure counts. */
async function bestOf(
  take: () => Promise<Record<string, number>>,
  limits: Record<string, number>,
  takes = 8,
): Promise<void> {
  const best: Record<string, number> = {}
  const isOver = () => Object.entries(limits).some(([name, limit]) => !((best[name] ?? Infinity) < limit))
  for (let attempt = 0; attempt < takes && isOver(); attempt++)
    for (const [name, value] of Object.entries(await take())) {
      const before = best[name] ?? Infinity
      best[name] = value < before ? value : before
    }
  if (isOver()) throw new Error(`${JSON.stringify(best)} are not all below ${JSON.stringify(limits)}`)
}

test('both hear the same at the same time', async () => {
  const take = async () => {
    const { listeners } = await hearTogether(studio, 10, { tailMs: 2 * FIXED_MS })
    return { skew: skewOf(listeners) }
  }
  await bestOf(take, { skew: IN_STEP_MS })
}, 180_000)

test('both fall silent at the time of a pause, and start together at the time of a start, as their countdowns say', async () => {
  const judge = async () => {
    let pauseUs = 0
    let playUs = 0
    let countdownsUs: number[] = []
    let live: readonly number[] = []
    const take = await takeOf(studio, async () => {
      pauseUs = serverNowUs() + 3.5 * second
      controller.transport({ action: 'pause', atUs: pauseUs })
      await controller.until('paused', ({ playing }) => !playing)
      playUs = serverNowUs() + 2 * second
      controller.transport({ action: 'play', atUs: playUs })
      await controller.until('about to play', ({ scheduled }) => scheduled?.atUs === playUs)
      const ends = pages.map((page) => waitUntil('a countdown', () => countdownEndUs(page)))
      countdownsUs = (await Promise.all(ends)).map(({ atUs }) => atUs)
      // Whoever listens live is none of the room's business.
      live = controller.loudness.slice(-50)
      await controller.until('playing', ({ playing }) => playing)
      await untilUs(playUs + 2 * second)
    })
    controller.transport({ action: 'live', inMs: 500 })
    await controller.until('live', ({ backMs, playing }) => playing && backMs === 0)
    expect(live.filter((loudest) => loudest > 0.05).length).toBeGreaterThan(40)
    const quiet = take.silences(pauseUs - second, playUs + second, 1000).map((found) => found.at(-1))
    const [first, last] = quiet
    if (!first || !last) throw new Error('a page did not fall silent')
    // Both change at their frame of the axis; how far apart the pages hear a frame is not asked here.
    const before = offsetOf(take.heard(pauseUs - 2 * second, pauseUs, FIXED_MS))
    const pausedMs = (playUs - pauseUs) / 1000
    const after = offsetOf(take.heard(playUs, playUs + 2 * second, FIXED_MS + pausedMs))
    const apartMs = (aUs: number, bUs: number, skewMs: number) => Math.abs((bUs - aUs) / 1000 - skewMs)
    const offMs = (...offUs: number[]) => Math.max(...offUs.map(Math.abs)) / 1000
    return {
      countdown: offMs(...countdownsUs.map((endUs) => endUs - playUs)),
      pauseApart: apartMs(first.fromUs, last.fromUs, before),
      startApart: apartMs(first.toUs, last.toUs, after),
      // What the rig stood still, recording and server clock are further apart.
      pauseOff: Math.max(0, offMs(first.fromUs - pauseUs, last.fromUs - pauseUs) - take.stoodStillMs),
      startOff: Math.max(0, offMs(first.toUs - playUs, last.toUs - playUs) - take.stoodStillMs),
    }
  }
  const limits = { countdown: START_MS, pauseApart: START_MS, startApart: START_MS }
  await bestOf(judge, { ...limits, pauseOff: CLOCK_MS, startOff: CLOCK_MS })
}, 180_000)

test('sent back by 10 s both hear what was played 10 s ago, and then what is live', async () => {
  const backMs = 10_000
  const judge = async () => {
    let seekUs = 0
    let liveUs = 0
    const take = await takeOf(studio, async (beganUs) => {
      await untilUs(beganUs + (backMs + FIXED_MS) * 1000)
      seekUs = serverNowUs() + 0.5 * second
      controller.transport({ action: 'seek', atUs: seekUs, backMs })
      await controller.until('sent back', (state) => state.backMs > 9990 && !state.scheduled)
      await untilUs(seekUs + 3 * second)
      liveUs = serverNowUs() + 0.5 * second
      controller.transport({ action: 'live', atUs: liveUs })
      await controller.until('live', (state) => state.backMs === 0 && !state.scheduled)
      await untilUs(liveUs + 3 * second)
    })
    const back = take.heard(seekUs, liveUs, FIXED_MS + backMs)
    const after = take.heard(liveUs, liveUs + 3 * second, FIXED_MS)
    const offMs = (pages: typeof back, delayMs: number) =>
      Math.max(...pages.map((page) => Math.abs(delayOf(page) - delayMs)))
    return {
      // Five or six are played in that time; the machine may spoil some.
      unheard: 3 - Math.min(...[...back, ...after].map((page) => page.length)),
      // Ten seconds by the server's clock are fewer on a rig that stood still.
      backOff: Math.max(0, offMs(back, FIXED_MS + backMs) - take.stoodStillMs),
      afterOff: offMs(after, FIXED_MS),
    }
  }
  await bestOf(judge, { unheard: 1, backOff: DELAY_MS, afterOff: DELAY_MS }, 3)
})

test('with 5 s held ready a link that is cut for 4 s is not heard, and the page stays in step', async () => {
  for (const page of pages) await choose(page, 'steady')
  await allInStep()
  const judge = async () => {
    let fromUs = 0
    let endUs = 0
    const take = await takeOf(studio, async (beganUs) => {
      // What is played while the link is cut is heard 5 s later.
      fromUs = beganUs + 5.5 * second
      endUs = beganUs + 10 * second
      await untilUs(beganUs + second)
      await relay.outage(4000)
      await untilUs(endUs)
    })
    // Less than the machine's own stalls can make.
    const silences = take.silences(fromUs, endUs, 200).flat()
    const heard = take.heard(fromUs, endUs, 5000)
    return {
      silences: silences.length,
      delayOff: Math.max(...heard.map((page) => Math.abs(delayOf(page) - 5000))),
      skew: skewOf(heard),
    }
  }
  await bestOf(judge, { silences: 1, delayOff: DELAY_MS, skew: 2 * IN_STEP_MS }, 6)
}, 180_000)

test('a page whose link stalls again and again is not waited for by the others', async () => {
  for (const page of pages) await choose(page, 'together')
  controller.setRoom({ fixedDelayMs: null })
  await waitUntil('the delay to be what is needed', async () => (await session()).together.delayMs < FIXED_MS)
  const [, far] = pages as [OpenBrowser, OpenBrowser]
  const before = (await session()).together
  const { episodes } = (await pageStats(far)).underruns
  const beganUs = serverNowUs()
  for (let stall = 0; stall < 3; stall++) {
    await untilUs(beganUs + 2.5 * second * stall)
    await relay.outage(500, 'down')
  }
  await untilUs(beganUs + 7.5 * second)
  // It was heard there.
  expect((await pageStats(far)).underruns.episodes).toBeGreaterThan(episodes)
  const { together, members } = await session()
  // On a busy machine anybody may come to need more; the far page is the one that came last.
  const forFar = together.slowest?.id === Math.max(...members.map(({ id }) => id))
  expect(forFar ? together.delay.toMs - before.delay.toMs : 0).toBeLessThan(DELAY_MS)
})
