// A stretch of listening: what is heard, what the page says and what it costs, all of the same minutes.
import type { CDPSession, Page } from 'playwright-core'
import { pageStats } from '../../test/studio/browser.ts'
import type { Studio } from '../../test/studio/studio.ts'
import type { Visit } from '../../test/studio/visit.ts'
import type { LatencyMs } from '../../web/player/output/latency-meter.ts'
import { hearChirpedTone, type LatencyResult, type ToneResult } from '../lib/hear.ts'
import { type LongTask, ownTasks, watchLongTasks } from '../lib/long-tasks.ts'
import { type PageLoad, watchPageLoad } from '../lib/renderer-load.ts'
import { type ShownWaterfall, shownWaterfall } from './shown-waterfall.ts'

export interface Stretch {
  latency: LatencyResult
  tone: ToneResult
  load: PageLoad
  /** Of the main thread, longer than 50 ms; `own`: while the machine did not stand still; `untouched`: those of them while nobody did anything. */
  tasks: { all: LongTask[]; own: LongTask[]; untouched: LongTask[] }
  /** Every 5 s: what the page says of its delay, and what of it a person could read; undefined: the waterfall was closed. */
  told: { latency: LatencyMs; shown: ShownWaterfall | undefined }[]
}

export interface Listening {
  studio: Studio
  serverUrl: string
  guest: Visit
  /** A session with the browser itself. */
  browser: CDPSession
}

const TELL_EVERY_MS = 5000

/**
 * Listens for so long; for `countedS` seconds of it, after `settleS`, nobody touches the page and its cost is taken. `then`: with the
 * seconds that are left, once that is done.
 */
export async function listenFor(
  { studio, serverUrl, guest, browser }: Listening,
  seconds: number,
  { countedS, settleS = 2 }: { countedS: number; settleS?: number },
  then: (page: Page, secondsLeft: number) => Promise<void> = async () => {},
): Promise<Stretch> {
  const tasks = await watchLongTasks(guest.page)
  const told: Stretch['told'] = []
  const tell = async () => {
    told.push({ latency: (await pageStats(guest)).latencyMs, shown: await shownWaterfall(guest.page) })
  }
  let load: PageLoad | undefined
  let touchedAtMs = Number.NaN
  const chirps = Math.max(2, Math.round(seconds / 2))
  const fromMs = performance.now()
  const rung = async () => (await pageStats(guest)).rung
  const heard = await hearChirpedTone({ studio, serverUrl, rung }, seconds, chirps, async () => {
    await guest.page.waitForTimeout(settleS * 1000) // what the beginning costs is not what it costs
    const watch = await watchPageLoad(browser)
    await guest.page.waitForTimeout(countedS * 1000) // the measurement itself
    load = await watch.stop()
    touchedAtMs = Number(process.hrtime.bigint()) / 1e6
    const timer = setInterval(() => void tell().catch(() => {}), TELL_EVERY_MS) // a missed one costs nothing
    await tell()
    await then(guest.page, seconds - (performance.now() - fromMs) / 1000).finally(() => clearInterval(timer))
    await tell()
  })
  if (!load) throw new Error('the load was not measured')
  const all = await tasks.read()
  const own = ownTasks(all, heard.tone.monotonicStalls)
  const untouched = own.filter(({ atMs }) => atMs < touchedAtMs)
  return { ...heard, load, told, tasks: { all, own, untouched } }
}
