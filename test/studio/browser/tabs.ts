// A browser window with more than one tab. Playwright takes every page for the one in front, so none of its is ever hidden.
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import puppeteer from 'puppeteer-core'
import { CHROMIUM_PATH, QUIET, rootArgs } from './chromium.ts'
import { complaintsOf } from './complaints.ts'
import { browserEnv, type OpenBrowser, type OpenOptions } from './open-browser.ts'

export interface OpenTabs extends OpenBrowser {
  /** Puts another tab in front. The page is told that it is hidden, and its timers are held back. */
  hide(): Promise<void>
  /** Puts the page in front again. */
  show(): Promise<void>
}

/** Chromium whose tabs hide each other, as a person's do. */
export async function openTabs(options: OpenOptions): Promise<OpenTabs> {
  const browser = await puppeteer.launch({
    executablePath: CHROMIUM_PATH,
    userDataDir: mkdtempSync(join(options.studio.dir, 'tabs-')),
    env: browserEnv(options),
    ignoreDefaultArgs: [
      '--mute-audio',
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
    args: [...rootArgs(), ...QUIET, ...(options.args ?? [])],
    // The studio ends what it holds, however its owner ends.
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
  })
  const page = await browser.newPage()
  const complaints = complaintsOf(page)
  await page.goto(options.url)
  const hidden = () => page.evaluate(() => document.visibilityState === 'hidden')
  const other = await browser.newPage()
  await page.bringToFront()
  const turn = async (front: typeof page, hide: boolean) => {
    await front.bringToFront()
    await page.waitForFunction((wanted) => (document.visibilityState === 'hidden') === wanted, {}, hide)
    if ((await hidden()) !== hide) throw new Error('the tab did not turn')
  }
  return {
    engine: 'chromium',
    click: (name) => page.locator(`::-p-aria([role="button"][name="${name}"])`).click(),
    evaluate: (ask, given) => page.evaluate(ask as never, given as never),
    complaints: async () => [...complaints],
    pids: async () => [],
    close: () => browser.close(),
    hide: () => turn(other, true),
    show: () => turn(page, false),
  }
}
