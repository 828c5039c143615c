// npx tsx test/screenshots.ts: makes docs/screens from the running program. The demo synth plays, in the virtual studio, so that
// every figure on the pictures is a real one.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { CrowdListener } from '../bench/lib/crowd-listener.ts'
import { type OpenChromium, openChromium, pageStats, untilState } from './studio/browser.ts'
import { startBackline } from './studio/server.ts'
import { untilStill } from './studio/still.ts'
import { startStudio } from './studio/studio.ts'
import { type Visit, visit } from './studio/visit.ts'
import { waitUntil } from './studio/wait-until.ts'

const FOLDER = join(import.meta.dirname, '..', 'docs', 'screens')
/** They are part of the repository for ever. */
const MOST_BYTES = 150_000
/** So that there is something to see on the dev panel's plots. */
const PLOTTED_MS = 75_000
/** Others who listen, so that the console has somebody to show. */
const COMPANY = 2

const DESKTOP: BrowserContextOptions = { viewport: { width: 1440, height: 900 } }
/** Plots do not compress well. */
const LAPTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } }
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 1.5,
  hasTouch: true,
  isMobile: true,
}

interface Shot {
  name: string
  path: string
  how: BrowserContextOptions
  scheme?: 'light'
  prepare?(page: Page): Promise<void>
}

const openWaterfall = (page: Page) => page.getByRole('button', { name: /^Delay from key to ear/ }).click()

async function openDrawer(page: Page): Promise<void> {
  await page.keyboard.press('d')
  await page.getByRole('dialog', { name: 'Dev panel' }).waitFor()
  await page.waitForTimeout(PLOTTED_MS)
}

const plotted = (page: Page) => page.waitForTimeout(PLOTTED_MS)

const SHOTS: readonly Shot[] = [
  { name: 'listen-desktop', path: '/', how: DESKTOP, prepare: openWaterfall },
  { name: 'listen-desktop-light', path: '/', how: DESKTOP, scheme: 'light', prepare: openWaterfall },
  { name: 'listen-phone', path: '/', how: PHONE },
  { name: 'listen-phone-light', path: '/', how: PHONE, scheme: 'light' },
  { name: 'console-desktop', path: '/console', how: DESKTOP },
  { name: 'console-phone', path: '/console', how: PHONE },
  { name: 'dev-desktop', path: '/dev', how: LAPTOP, prepare: plotted },
  { name: 'dev-phone', path: '/dev', how: PHONE, prepare: plotted },
  { name: 'dev-drawer', path: '/', how: LAPTOP, prepare: openDrawer },
]

async function main(wanted: readonly string[]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  const shots = SHOTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  const studio = await startStudio()
  const company: CrowdListener[] = []
  try {
    const server = await startBackline({ studio, env: { CAPTURE: 'synth' } })
    for (let i = 0; i < COMPANY; i++) {
      const listener = new CrowdListener(`${server.url.replace('http', 'ws')}/ws/audio`)
      company.push(listener)
      await listener.start()
    }
    const chromium = await openChromium({ studio, url: 'about:blank' })
    for (const shot of shots) {
      const bytes = await take(chromium, server.url, shot)
      process.stdout.write(`${shot.name}: ${Math.round(bytes / 1000)} kB\n`)
      if (bytes > MOST_BYTES) process.exitCode = 1
    }
  } finally {
    for (const listener of company) listener.stop()
    await studio.stop()
  }
}

/** Gives the picture's size. */
async function take(chromium: OpenChromium, url: string, shot: Shot): Promise<number> {
  const guest = await visit(chromium, url + shot.path, { ...shot.how, colorScheme: shot.scheme ?? 'dark' })
  const { page } = guest
  await page.getByRole('main').waitFor()
  await listen(guest)
  await shot.prepare?.(page)
  // A pointer that rests on something lights it up, and what was pressed has been scrolled to.
  await page.mouse.move(0, 0)
  await page.evaluate(() => scrollTo(0, 0))
  await page.waitForLoadState('networkidle')
  await untilStill(page)
  const picture = await page.screenshot()
  writeFileSync(join(FOLDER, `${shot.name}.png`), picture)
  for (const complaint of guest.complaints) process.stderr.write(`${shot.name}: ${complaint}\n`)
  await guest.close()
  return picture.length
}

/** Until the page knows its delay: before that it shows dashes. */
async function listen(guest: Visit): Promise<void> {
  const button = guest.page.getByRole('button', { name: 'Listen', exact: true })
  if ((await button.count()) > 0) await button.click()
  else await guest.page.keyboard.press('Space')
  await untilState(guest, 'playing', 60_000)
  await waitUntil(
    'the page to know its delay',
    async () => (await pageStats(guest)).latencyMs.total !== null,
    60_000,
  )
}

await main(process.argv.slice(2))
