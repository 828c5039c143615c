// The listen page without a mouse: by keys alone, and by a thumb on a phone.
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenChromium, openChromium, pageStats, untilState } from '../studio/browser.ts'
import { enter } from '../studio/guest.ts'
import { type Backline, startBackline } from '../studio/server.ts'
import { type Studio, startStudio } from '../studio/studio.ts'
import { PHONE, type Visit } from '../studio/visit.ts'
import { waitUntil } from '../studio/wait-until.ts'

/** More than there is to step through on any page. */
const MOST_STEPS = 60
/** A thumb needs as much, CSS pixels; a hair less, for rounding. */
const THUMB_PX = 43.5
/** A fader that is shorter is little but its cap. */
const FADER_PX = 80

let studio: Studio
let backline: Backline
let chromium: OpenChromium

beforeAll(async () => {
  studio = await startStudio()
  backline = await startBackline({ studio, env: { CAPTURE: 'synth', CAPTURE_COMMAND: 'a program' } })
  chromium = await openChromium({ studio, url: 'about:blank' })
})
afterAll(async () => {
  await chromium?.close()
  await backline?.stop()
  await studio?.stop()
})

/** A guest touches nothing before the page is there: a key pressed earlier is nobody's. */
async function enterAt(path: string, how?: BrowserContextOptions): Promise<Visit> {
  const guest = await enter(chromium, backline.url + path, how)
  await guest.page.getByRole('main').waitFor()
  await guest.page.waitForLoadState('networkidle')
  return guest
}

const hasFocus = (control: Locator) => control.evaluate((element) => element === document.activeElement)

/** Steps with Tab until this control has the focus; throws when it can not be reached so. */
async function stepTo(page: Page, role: 'button' | 'slider' | 'radio' | 'link', name: string | RegExp) {
  const wanted = page.getByRole(role, { name, exact: true })
  for (let step = 0; step < MOST_STEPS; step++) {
    if (await hasFocus(wanted)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${role} "${name}" is not reached with Tab`)
}

async function volumeOf({ page }: Visit): Promise<number> {
  return Number(await page.getByRole('slider', { name: 'Volume' }).inputValue())
}

test('everything is reached and done by keys alone', async () => {
  const guest = await enterAt('/')
  const { page } = guest
  await stepTo(page, 'button', 'Listen')
  await page.keyboard.press('Enter')
  await untilState(guest, 'playing')
  await page.getByRole('button', { name: 'Stop', exact: true }).waitFor()
  await page.keyboard.press('Enter')
  await untilState(guest, 'idle')

  await stepTo(page, 'button', /^Delay from key to ear/)
  await page.keyboard.press('Enter')
  await page.getByRole('listitem').filter({ hasText: 'Capture' }).waitFor()
  await stepTo(page, 'slider', 'Volume')
  const before = await volumeOf(guest)
  await page.keyboard.press('ArrowLeft')
  expect(await volumeOf(guest)).toBeLessThan(before)
  await stepTo(page, 'radio', 'Live')
  await page.keyboard.press('ArrowRight')
  expect(await page.getByRole('radio', { name: 'Together' }).isChecked()).toBe(true)
  expect((await pageStats(guest)).mode).toBe('together')
  await stepTo(page, 'link', 'Console')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/console$/)
  expect(guest.complaints).toEqual([])
})

test('one key each: space, arrows, m, d, ? and Escape', async () => {
  const guest = await enterAt('/')
  const { page } = guest
  await page.keyboard.press('Space')
  await untilState(guest, 'playing')
  const before = await volumeOf(guest)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  expect(await volumeOf(guest)).toBe(before - 10)
  await page.keyboard.press('ArrowUp')
  expect(await volumeOf(guest)).toBe(before - 5)

  const mute = page.getByRole('button', { name: 'Mute' })
  await page.keyboard.press('m')
  expect(await mute.getAttribute('aria-pressed')).toBe('true')
  await page.keyboard.press('m')
  expect(await mute.getAttribute('aria-pressed')).toBe('false')

  const panel = page.getByRole('dialog', { name: 'Dev panel' })
  await page.keyboard.press('d')
  await panel.waitFor()
  await page.keyboard.press('d')
  await panel.waitFor({ state: 'hidden' })
  await page.keyboard.press('d')
  await panel.waitFor()
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'hidden' })

  const help = page.getByRole('dialog', { name: 'Keys' })
  await page.keyboard.press('?')
  await help.waitFor()
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'hidden' })

  await page.keyboard.press('Space')
  await untilState(guest, 'idle')
  expect(guest.complaints).toEqual([])
})

test('the help gives the focus back to where it was', async () => {
  const guest = await enterAt('/')
  const { page } = guest
  await stepTo(page, 'button', 'Keys and look')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' })
  await waitUntil('the focus to be back', () => hasFocus(page.getByRole('button', { name: 'Keys and look' })))
})

test('letters that are written are letters', async () => {
  const guest = await enterAt('/?role=controller')
  const { page } = guest
  await page.evaluate(() => {
    const field = document.createElement('input')
    field.setAttribute('aria-label', 'a field')
    document.body.append(field)
  })
  await page.getByRole('textbox', { name: 'a field' }).focus()
  await page.keyboard.type('mad ? ')
  expect(await page.getByRole('textbox', { name: 'a field' }).inputValue()).toBe('mad ? ')
  expect((await pageStats(guest)).state).toBe('idle')
  expect(await page.getByRole('dialog').count()).toBe(0)
})

test.each(['/', '/console', '/dev'])(
  '%s on a phone: nothing sticks out, and a thumb hits every control',
  async (path) => {
    const guest = await enterAt(path, PHONE)
    const { page } = guest
    const beyond = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(await beyond()).toBeLessThanOrEqual(0)
    const small: string[] = []
    for (const role of ['button', 'slider', 'combobox', 'switch', 'checkbox'] as const)
      for (const control of await page.getByRole(role).all()) {
        const box = await control.boundingBox()
        // What is not seen is not hit.
        if (!box || box.width <= 1 || box.height <= 1) continue
        const target =
          (await control.evaluate((element) => {
            const label = element.closest('label')?.getBoundingClientRect()
            return label ? { width: label.width, height: label.height } : undefined
          })) ?? box
        const [width, height] = [Math.max(box.width, target.width), Math.max(box.height, target.height)]
        if (width < THUMB_PX || height < THUMB_PX)
          small.push(`${role} ${await control.ariaSnapshot()}: ${Math.round(width)} × ${Math.round(height)}`)
      }
    expect(small).toEqual([])
  },
)

test.each([320, 390, 1280, 1440])(
  'the console at %i px: every kind of source is seen whole, and the volume has its way',
  async (width) => {
    const { page } = await enterAt('/console', { viewport: { width, height: 800 } })
    const sources = page.getByRole('radiogroup', { name: 'Source' })
    expect(await sources.getByRole('radio').count()).toBe(4)
    expect(await sources.evaluate((group) => group.scrollWidth - group.clientWidth)).toBe(0)
    const volume = await page.getByRole('slider', { name: 'Volume' }).boundingBox()
    expect(volume?.width).toBeGreaterThan(FADER_PX)
  },
)

test('a thumb starts it, mutes it, chooses and stops', async () => {
  const guest = await enterAt('/', PHONE)
  const { page } = guest
  await page.getByRole('button', { name: 'Listen', exact: true }).tap()
  await untilState(guest, 'playing')
  await page.getByRole('button', { name: 'Mute' }).tap()
  expect(await page.getByRole('button', { name: 'Mute' }).getAttribute('aria-pressed')).toBe('true')
  await page.getByRole('button', { name: 'Mute' }).tap()
  await page.getByRole('radio', { name: 'Steady' }).tap()
  expect((await pageStats(guest)).mode).toBe('steady')
  await page.getByRole('button', { name: /^Delay from key to ear/ }).tap()
  await page.getByRole('listitem').filter({ hasText: 'Network' }).waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await page.getByRole('button', { name: 'Stop', exact: true }).tap()
  await untilState(guest, 'idle')
  expect(guest.complaints).toEqual([])
})
