// `npx tsx web/icons.ts`: makes the PNG icons of web/static from icon.svg, in Chromium. Only needed when the drawing changes.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const folder = join(import.meta.dirname, 'static')
const svg = readFileSync(join(folder, 'icon.svg'), 'utf8')
const square = svg.replace(' rx="8"', '')

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
await draw('icon-192.png', svg, 192)
await draw('icon-512.png', svg, 512)
// Systems cut these to a shape of their own: no corners, and the drawing within the middle 80 %.
await draw('icon-maskable.png', square.replace('viewBox="0 0 32 32"', 'viewBox="-4 -4 40 40"'), 512)
await draw('apple-touch-icon.png', square, 180)
await browser.close()

/** Transparent where the drawing is not; a drawing without corners fills the whole. */
async function draw(name: string, drawing: string, edgePx: number): Promise<void> {
  const page = await browser.newPage({ viewport: { width: edgePx, height: edgePx } })
  const room = drawing === svg ? 'transparent' : '#131517'
  await page.setContent(`<style>body{margin:0;background:${room}}svg{display:block}</style>${drawing}`)
  writeFileSync(join(folder, name), await page.screenshot({ omitBackground: true }))
  await page.close()
}
