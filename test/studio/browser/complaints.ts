import type { Page as PlaywrightPage } from 'playwright-core'
import type { Page as PuppeteerPage } from 'puppeteer-core'

/** What both libraries' pages have in common here, though their types do not say so. */
interface Talking {
  on(event: 'console', hear: (message: { type(): string; text(): string }) => void): unknown
  on(event: 'pageerror', hear: (error: unknown) => void): unknown
}

/** Errors and warnings this page writes to its console from now on, and exceptions nobody catches; grows. */
export function complaintsOf(page: PlaywrightPage | PuppeteerPage): string[] {
  const complaints: string[] = []
  const talking = page as unknown as Talking
  talking.on('console', (message) => {
    // One library calls it 'warning', the other 'warn'.
    if (['error', 'warning', 'warn'].includes(message.type())) complaints.push(message.text())
  })
  talking.on('pageerror', (error) => complaints.push(String(error)))
  return complaints
}
