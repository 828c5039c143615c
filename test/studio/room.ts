// Pages that listen together, each in a browser and at speakers of its own.
import type { Mode } from '../../src/shared/wire/room-names.ts'
import type { SyncStats } from '../../web/player/sync-stats.ts'
import { type Engine, type OpenBrowser, openBrowser, pageStats } from './browser.ts'
import { serverNowUs } from './controller.ts'
import type { Studio } from './studio.ts'
import { waitUntil } from './wait-until.ts'

type WithBackline = {
  backline: { setMode(mode: Mode): void; setTrim(trimMs: number): void; countdown(): number | null }
}

/** A page counts as in step when it has said so as often in a row, asked every 50 ms. */
const LOCKED_LOOKS = 20

/** Opens a page at speakers `place` (from 1) and has it listen in this mode; it may still be on its way into step. */
export async function openMember(options: {
  studio: Studio
  url: string
  engine?: Engine
  place: number
  mode: Mode
}): Promise<OpenBrowser> {
  const { studio, url, engine = 'chromium', place, mode } = options
  const page = await openBrowser({ engine, studio, url, speakers: place })
  await choose(page, mode)
  await page.click('Listen')
  return page
}

export function choose(page: OpenBrowser, mode: Mode): Promise<void> {
  return page.evaluate((name) => (globalThis as unknown as WithBackline).backline.setMode(name), mode)
}

export function setTrim(page: OpenBrowser, trimMs: number): Promise<void> {
  return page.evaluate((ms) => (globalThis as unknown as WithBackline).backline.setTrim(ms), trimMs)
}

export async function syncStats(page: OpenBrowser): Promise<SyncStats> {
  return (await pageStats(page)).sync
}

/** Waits until the page plays by the room's line and has been within 1 ms of it for a second; from when on, ms from now. */
export async function untilInStep(page: OpenBrowser, timeoutMs = 30_000): Promise<number> {
  const askedMs = performance.now()
  let sinceMs = askedMs
  let looks = 0
  let last: SyncStats | undefined
  await waitUntil(
    `${page.engine} to be in step`,
    async () => {
      last = await syncStats(page)
      looks = last.locked && last.status === 'active' ? looks + 1 : 0
      if (looks === 1) sinceMs = performance.now()
      return looks >= LOCKED_LOOKS
    },
    timeoutMs,
  ).catch((error: unknown) => {
    throw new Error(`${page.engine} did not come into step: ${JSON.stringify(last)}`, { cause: error })
  })
  return sinceMs - askedMs
}

/**
 * When the page's countdown is over, by the server's clock, µs: of some looks the one that was answered soonest, which
 * is `errorUs` off at most. undefined: it counts nothing down.
 */
export async function countdownEndUs(
  page: OpenBrowser,
): Promise<{ atUs: number; errorUs: number } | undefined> {
  let best: { atUs: number; errorUs: number } | undefined
  for (let look = 0; look < 8; look++) {
    const askedUs = serverNowUs()
    const leftMs = await page.evaluate(() => (globalThis as unknown as WithBackline).backline.countdown())
    const errorUs = (serverNowUs() - askedUs) / 2
    if (leftMs === null) continue
    if (!best || errorUs < best.errorUs) best = { atUs: askedUs + errorUs + leftMs * 1000, errorUs }
  }
  return best
}
