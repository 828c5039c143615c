// Every page for everybody: axe finds nothing on any of them, dark or light, and a screen reader has a name for everything.
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { violations } from '../studio/axe.ts'
import { type OpenChromium, openChromium, untilState } from '../studio/browser.ts'
import { enter } from '../studio/guest.ts'
import { type Backline, startBackline } from '../studio/server.ts'
import { type Studio, startStudio } from '../studio/studio.ts'
import { PHONE, type Visit } from '../studio/visit.ts'
import { waitUntil } from '../studio/wait-until.ts'

let studio: Studio
let backline: Backline
let chromium: OpenChromium

beforeAll(async () => {
  studio = await startStudio()
  backline = await startBackline({ studio, env: { CAPTURE: 'synth' } })
  chromium = await openChromium({ studio, url: 'about:blank' })
})
afterAll(async () => {
  await chromium?.close()
  await backline?.stop()
  await studio?.stop()
})

const enterAt = (path: string, how?: BrowserContextOptions) => enter(chromium, backline.url + path, how)

async function listen(guest: Visit): Promise<void> {
  await guest.page.getByRole('button', { name: 'Listen', exact: true }).click()
  await untilState(guest, 'playing')
}

async function openPanel({ page }: Visit): Promise<void> {
  await page.keyboard.press('d')
  await page.getByRole('dialog', { name: 'Dev panel' }).waitFor()
}

interface Look {
  name: string
  path: string
  how?: BrowserContextOptions
  prepare(guest: Visit): Promise<void>
}

const LOOKS: readonly Look[] = [
  { name: 'the listen page', path: '/', prepare: async () => {} },
  { name: 'the listen page while it plays', path: '/', prepare: listen },
  {
    name: 'the open waterfall',
    path: '/',
    async prepare(guest) {
      await listen(guest)
      await guest.page.getByRole('button', { name: /^Delay from key to ear/ }).click()
      await guest.page.getByRole('listitem').filter({ hasText: 'Capture' }).waitFor()
    },
  },
  {
    name: 'the help',
    path: '/',
    async prepare({ page }) {
      await page.keyboard.press('?')
      await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    },
  },
  { name: 'the listen page of a controller', path: '/?role=controller', prepare: listen },
  { name: 'the console', path: '/console', prepare: async () => {} },
  { name: 'the console while it listens', path: '/console', prepare: listen },
  { name: 'the dev page', path: '/dev', prepare: async () => {} },
  { name: 'the drawer while nothing plays', path: '/', prepare: openPanel },
  {
    name: 'the drawer while it plays',
    path: '/',
    async prepare(guest) {
      await listen(guest)
      await openPanel(guest)
    },
  },
  { name: 'the listen page on a phone', path: '/', how: PHONE, prepare: listen },
  { name: 'the console on a phone', path: '/console', how: PHONE, prepare: async () => {} },
  { name: 'the dev page on a phone', path: '/dev', how: PHONE, prepare: async () => {} },
]

/** Once what is loaded when it is needed is there. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('main').waitFor()
  await page.waitForLoadState('networkidle')
}

/** What a person steps to and what a landmark is must say what it is. */
const MUST_BE_NAMED =
  /^\s*- (button|link|slider|combobox|radio|checkbox|switch|textbox|spinbutton|meter|dialog|tab|table|region|separator|navigation)\b(?! ")/

test.each(LOOKS)('axe finds nothing, dark or light, and everything has a name: $name', async (look) => {
  const guest = await enterAt(look.path, { ...look.how, colorScheme: 'dark' })
  const { page } = guest
  await settled(page)
  await look.prepare(guest)
  await settled(page)
  const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const dark = await colour()
  expect(await violations(page)).toEqual([])

  const tree = await page.locator('body').ariaSnapshot()
  expect(tree.split('\n').filter((line) => MUST_BE_NAMED.test(line))).toEqual([])
  expect(await page.title()).toContain('Backline')
  // Behind an open help a screen reader finds nothing else.
  if (!tree.includes('dialog "Keys"')) {
    expect(await page.getByRole('main').count()).toBe(1)
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
  }

  await page.emulateMedia({ colorScheme: 'light' })
  await waitUntil('the page to be light', async () => (await colour()) !== dark)
  expect(await violations(page)).toEqual([])
})

test('a screen reader is told that it plays, and that it does no more', async () => {
  const guest = await enterAt('/')
  const told = () =>
    guest.page.evaluate(() =>
      [...document.getElementsByTagName('*')]
        .filter(({ ariaLive, role }) => ariaLive === 'polite' || role === 'status')
        .map(({ textContent }) => textContent)
        .join(' '),
    )
  const before = await told()
  await listen(guest)
  await waitUntil('the page to tell', async () => (await told()) !== before)
  const playing = await told()
  await guest.page.getByRole('button', { name: 'Stop', exact: true }).click()
  await waitUntil('the page to tell again', async () => (await told()) !== playing)
})

test('a page whose server is gone says so, and its lamp breathes only for whom that does not disturb', async () => {
  const server = await startBackline({ studio, env: { CAPTURE: 'synth' } })
  const guest = await enter(chromium, server.url, { colorScheme: 'dark' })
  const { page } = guest
  const moving = () =>
    page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length)
  await listen(guest)
  await server.kill()
  await untilState(guest, 'reconnecting')
  await waitUntil('the lamp to breathe', async () => (await moving()) > 0)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await waitUntil('all to be still', async () => (await moving()) === 0)
  // At first only the connection is known to be lost; whose fault it is, the next attempt tells.
  await page
    .getByRole('region', { name: 'Listening' })
    .getByText(/server/i)
    .first()
    .waitFor()
  expect(await violations(page)).toEqual([])
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' })
  expect(await violations(page)).toEqual([])
})
