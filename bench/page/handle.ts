// What an engineer does to the dev panel while the sound goes on: open, resize, scroll, close, again.
import type { Page } from 'playwright-core'

const SIZES = [
  { width: 1280, height: 720 },
  { width: 900, height: 1000 },
  { width: 1600, height: 900 },
  { width: 390, height: 844 },
]
/** Turns of the wheel at each size, and how far each goes. */
const TURNS = 8
const TURN_PX = 300
const BETWEEN_MS = 150

/** The panel over the page; a region or a dialog, whatever it is made as. */
export function panelOf(page: Page) {
  return page.getByRole('dialog', { name: /dev panel/i })
}

/** Opens the panel by its key; resolves when it is seen. */
export async function openPanel(page: Page): Promise<void> {
  await page.keyboard.press('d')
  await panelOf(page).waitFor()
}

/** Handles the open panel for so long and leaves it open. */
export async function handlePanel(page: Page, seconds: number): Promise<void> {
  const untilMs = performance.now() + seconds * 1000
  while (performance.now() < untilMs) {
    for (const size of SIZES) {
      await page.setViewportSize(size)
      await panelOf(page).hover({ position: { x: 40, y: 120 } })
      for (let turn = 0; turn < TURNS; turn++) {
        await page.mouse.wheel(0, turn < TURNS / 2 ? TURN_PX : -TURN_PX)
        await page.waitForTimeout(BETWEEN_MS) // the pace of a hand
      }
      const handle = panelOf(page).getByRole('separator')
      await handle.focus()
      for (const key of ['ArrowUp', 'ArrowUp', 'ArrowDown', 'ArrowDown']) {
        await page.keyboard.press(key)
        await page.waitForTimeout(BETWEEN_MS)
      }
    }
    await page.keyboard.press('d')
    await panelOf(page).waitFor({ state: 'hidden' })
    await openPanel(page)
  }
}
