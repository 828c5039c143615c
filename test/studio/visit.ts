// People who come to the pages: each with a browser profile of its own, so that everybody's visit is the first.
import { type BrowserContextOptions, devices, type Page } from 'playwright-core'
import { complaintsOf } from './browser/complaints.ts'
import type { OpenBrowser, OpenChromium } from './browser.ts'

export interface Visit extends Pick<OpenBrowser, 'engine' | 'evaluate'> {
  page: Page
  /** Errors and warnings the page has written to its console, and exceptions nobody caught. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

/** A phone in the hand: small, touched, and without a mouse. */
export const PHONE: BrowserContextOptions = devices['Pixel 7'] ?? {}

/** Opens `url` in a profile of its own in this browser. */
export async function visit(
  chromium: OpenChromium,
  url: string,
  how: BrowserContextOptions = {},
): Promise<Visit> {
  const browser = chromium.page.context().browser()
  if (!browser) throw new Error('the browser is gone')
  const context = await browser.newContext(how)
  const page = await context.newPage()
  const complaints = complaintsOf(page)
  await page.goto(url)
  return {
    engine: 'chromium',
    page,
    complaints,
    evaluate: (ask, given) => page.evaluate(ask as never, given as never),
    close: () => context.close(),
  }
}
