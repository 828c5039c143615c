import type { Stats } from '../../web/player/stats.ts'
import { openChromium } from './browser/chromium.ts'
import { openFirefox } from './browser/firefox.ts'
import type { Engine, OpenBrowser, OpenOptions } from './browser/open-browser.ts'
import { openWebKit } from './browser/webkit.ts'
import { waitUntil } from './wait-until.ts'

export { type OpenChromium, openChromium } from './browser/chromium.ts'
export { ENGINES, type Engine, type OpenBrowser, type OpenOptions } from './browser/open-browser.ts'

const OPEN = { chromium: openChromium, firefox: openFirefox, webkit: openWebKit }

/** Opens a page in a browser of this engine, which plays into the studio's speakers and is ended with the studio. */
export function openBrowser({ engine, ...options }: OpenOptions & { engine: Engine }): Promise<OpenBrowser> {
  if (options.link && engine !== 'chromium') throw new Error(`${engine} can not be driven over a link`)
  return OPEN[engine](options)
}

type WithBackline = { backline: { stats(): Stats; listen(wish: object): void; stop(): void } }

/** Presses the page's Listen button and waits until it says that it plays: with `wish`, as that wants it. */
export async function listen(
  browser: OpenBrowser,
  wish?: { targetMs?: number; profile?: string; rung?: string },
  timeoutMs = 30_000,
): Promise<void> {
  await browser.click('Listen')
  await untilState(browser, 'playing', timeoutMs)
  if (!wish) return
  // A page that listens already takes no wishes; the press of the button still counts as the gesture.
  await browser.evaluate((w) => {
    const { backline } = globalThis as unknown as WithBackline
    backline.stop()
    backline.listen(w)
  }, wish)
  await untilState(browser, 'playing', 30_000)
}

/** The page's own account of what it does. */
export function pageStats(browser: Pick<OpenBrowser, 'evaluate'>): Promise<Stats> {
  return browser.evaluate(() => (globalThis as unknown as WithBackline).backline.stats())
}

/** Waits until the page says that it is in this state. */
export async function untilState(
  browser: Pick<OpenBrowser, 'engine' | 'evaluate'>,
  state: Stats['state'],
  timeoutMs = 15_000,
): Promise<void> {
  await waitUntil(
    `${browser.engine} to say "${state}"`,
    async () => (await pageStats(browser)).state === state,
    timeoutMs,
  )
}
