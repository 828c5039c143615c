import { type Browser, chromium, type Page } from 'playwright-core'
import type { Stats } from '../../web/player/stats.ts'
import type { Studio } from './studio.ts'

/** Where distributions put it; CHROMIUM_PATH names another build. */
const CHROMIUM_PATH = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

/** A browser that fetches nothing on its own, so that it neither loads the machine nor the network. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-first-run',
  '--no-pings',
]

export interface OpenBrowser {
  readonly browser: Browser
  readonly page: Page
  /** Errors and warnings the page has written to its console, and exceptions nobody caught. */
  readonly complaints: readonly string[]
  /** Ids of the browser's main process and all its helpers. */
  pids(): Promise<number[]>
  close(): Promise<void>
}

/** Opens `url` in Chromium, which plays into the studio's speakers. */
export async function openChromium(options: {
  studio: Studio
  url: string
  args?: readonly string[]
}): Promise<OpenBrowser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM_PATH,
    env: options.studio.env,
    ignoreDefaultArgs: ['--mute-audio'],
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...QUIET, ...(options.args ?? [])],
  })
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(options.url)
  const session = await browser.newBrowserCDPSession()
  return {
    browser,
    page,
    complaints,
    async pids() {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo')
      return processInfo.map(({ id }) => id)
    },
    close: () => browser.close(),
  }
}

type WithBackline = { backline: { stats(): Stats; listen(wish: object): unknown } }

/** Presses the page's Listen button and waits until it says that it plays. */
export async function listen(page: Page, wish?: { targetMs: number }): Promise<void> {
  await page.getByRole('button', { name: 'Listen', exact: true }).click()
  await page.waitForFunction(
    () => (globalThis as unknown as WithBackline).backline.stats().state === 'playing',
    undefined,
    { timeout: 30_000 },
  )
  if (wish) await page.evaluate((w) => void (globalThis as unknown as WithBackline).backline.listen(w), wish)
}

/** The page's own account of what it does. */
export function pageStats(page: Page): Promise<Stats> {
  return page.evaluate(() => (globalThis as unknown as WithBackline).backline.stats())
}
