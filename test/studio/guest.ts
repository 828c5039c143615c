import type { BrowserContextOptions } from 'playwright-core'
import { onTestFinished } from 'vitest'
import type { OpenChromium } from './browser.ts'
import { type Visit, visit } from './visit.ts'

/** A visit that ends with the test it is of. */
export async function enter(
  chromium: OpenChromium,
  url: string,
  how: BrowserContextOptions = {},
): Promise<Visit> {
  const guest = await visit(chromium, url, how)
  onTestFinished(() => guest.close())
  return guest
}
