import type { Page } from 'playwright-core'

/**
 * Opens an address whose certificate the browser does not trust, and does what a person does: "Advanced", "Proceed". Waits for
 * the page behind.
 */
export async function acceptWarning(page: Page, url: string): Promise<void> {
  await page.goto(url).catch((error: Error) => {
    if (!error.message.includes('ERR_CERT_')) throw error
  })
  await page.locator('#details-button').click()
  await page.locator('#proceed-link').click()
  await page.waitForURL((there) => there.protocol === 'https:', { waitUntil: 'load' })
}
