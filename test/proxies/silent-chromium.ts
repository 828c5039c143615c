import { type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Stats } from '../../web/player/stats.ts'
import { CHROMIUM_PATH, QUIET, rootArgs } from '../studio/browser/chromium.ts'
import { pageStats } from '../studio/browser.ts'
import type { Link } from '../studio/link/link.ts'

export interface SilentChromium {
  /** A fresh one: no cookies, no certificate accepted before. */
  context(): Promise<BrowserContext>
  close(): Promise<void>
}

/** A browser whose sound goes nowhere, in real time: it needs no studio. */
export async function openSilentChromium(at?: { link: Link; dir: string }): Promise<SilentChromium> {
  const browser = await chromium.launch({
    executablePath: at?.link.writeFarSideProgram(at.dir, CHROMIUM_PATH) ?? CHROMIUM_PATH,
    args: [...rootArgs(), ...QUIET, '--disable-audio-output'],
  })
  return { context: () => browser.newContext(), close: () => browser.close() }
}

/** The page's own account of what it does. */
export function statsOf(page: Page): Promise<Stats> {
  return pageStats({ evaluate: (ask, given) => page.evaluate(ask as never, given as never) })
}
