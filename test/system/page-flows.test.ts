// What people do with the listen page, with a mouse: by what it says and what is heard, never by how it is built.
import type { BrowserContextOptions, Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openTabs } from '../studio/browser/tabs.ts'
import { type OpenChromium, openChromium, pageStats, untilState } from '../studio/browser.ts'
import { serverNowUs } from '../studio/controller.ts'
import { amplitudeOf } from '../studio/ear.ts'
import { enter } from '../studio/guest.ts'
import { instrumentEnv } from '../studio/instrument.ts'
import { onset } from '../studio/listening.ts'
import { type Backline, startBackline } from '../studio/server.ts'
import { tone } from '../studio/signal.ts'
import { STUDIO_RATE_HZ, type Studio, startStudio } from '../studio/studio.ts'
import type { Visit } from '../studio/visit.ts'
import { waitUntil } from '../studio/wait-until.ts'

/** Of a tone that is played at 0.5: a machine that stands still now and then takes pieces out of any recording. */
const HEARD = 0.15
const SILENT = 0.005

let studio: Studio
let backline: Backline
let chromium: OpenChromium

beforeAll(async () => {
  studio = await startStudio({ speakers: 2 })
  backline = await startBackline({ studio, env: instrumentEnv() })
  chromium = await openChromium({ studio, url: 'about:blank', microphone: true })
})
afterAll(async () => {
  await chromium?.close()
  await backline?.stop()
  await studio?.stop()
})

const enterHere = (how?: BrowserContextOptions) => enter(chromium, backline.url, how)

const button = ({ page }: Visit, name: string | RegExp) => page.getByRole('button', { name, exact: true })

const chosenIn = (choice: Locator) =>
  choice.evaluate((select) => (select as HTMLSelectElement).selectedOptions[0]?.label)

async function whilePlaying<T>(during: () => Promise<T>): Promise<T> {
  const sound = tone(440, 120)
  const playing = await studio.play([sound, sound])
  try {
    return await during()
  } finally {
    await playing.stop()
    await playing.ended
  }
}

/** Amplitude of the tone at each pair of speakers over a short recording. */
async function levels(): Promise<number[]> {
  const recording = await studio.record({
    inputs: studio.speakers.map(({ name }, i) => [`${name}:monitor_FL`, i] as const),
    channels: studio.speakers.length,
  })
  return (await recording.stop()).channels.map((sound) => amplitudeOf(sound, 440))
}

/** Waits until the tone is at the first or the second speakers, and at those alone. */
async function untilHeardAt(place: 1 | 2): Promise<void> {
  let last: number[] = []
  await waitUntil(
    `the tone at speakers ${place} alone`,
    async () => {
      last = await levels()
      const [first = 0, second = 0] = last
      const [here, there] = place === 1 ? [first, second] : [second, first]
      return here > HEARD && there < SILENT
    },
    30_000,
  ).catch((error: unknown) => {
    throw new Error(`the tone was at ${last.join(' and ')}`, { cause: error })
  })
}

test('a first visit: one press, and the instrument is heard', async ({ annotate }) => {
  await whilePlaying(async () => {
    const guest = await enterHere()
    const recording = await studio.record({ inputs: [['speakers:monitor_FL', 0]], channels: 1 })
    const pressedMs = Number(process.hrtime.bigint()) / 1e6
    await button(guest, 'Listen').click()
    await untilState(guest, 'playing')
    await untilHeardAt(1)
    const { channels, startMonotonicMs } = await recording.stop()
    const heardMs = startMonotonicMs + (onset(channels[0] ?? new Float32Array()) / STUDIO_RATE_HZ) * 1000
    await annotate(`sound ${Math.round(heardMs - pressedMs)} ms after the press`)
    expect(heardMs).toBeGreaterThan(pressedMs)
    await button(guest, 'Stop').click()
    await button(guest, 'Listen').waitFor()
    await waitUntil('silence', async () => ((await levels())[0] ?? 1) < SILENT)
    expect(guest.complaints).toEqual([])
  })
})

test('another output is chosen: the sound moves there, and is there again after a reload', async () => {
  await whilePlaying(async () => {
    const guest = await enterHere({ permissions: ['microphone'] })
    await button(guest, 'Listen').click()
    await untilHeardAt(1)
    const output = guest.page.getByRole('combobox', { name: 'Output' })
    await output.selectOption({ label: 'speakers-2' })
    await untilHeardAt(2)
    await guest.page.reload()
    await button(guest, 'Listen').click()
    await untilHeardAt(2)
    expect(await chosenIn(output)).toBe('speakers-2')
    await output.selectOption({ label: 'System default' })
    await untilHeardAt(1)
  })
})

test('mute and volume are heard', async () => {
  await whilePlaying(async () => {
    const guest = await enterHere()
    await button(guest, 'Listen').click()
    await untilHeardAt(1)
    await button(guest, 'Mute').click()
    await waitUntil('silence', async () => ((await levels())[0] ?? 1) < SILENT)
    expect((await pageStats(guest)).state).toBe('playing')
    await button(guest, 'Mute').click()
    await untilHeardAt(1)
    await guest.page.getByRole('slider', { name: 'Volume' }).fill('30')
    await waitUntil('the tone to be softer', async () => {
      const [level = 0] = await levels()
      return level > SILENT && level < HEARD
    })
  })
})

test('a hidden tab goes on playing, and so it does when somebody comes back', async () => {
  const tabs = await openTabs({ studio, url: backline.url })
  onTestFinished(() => tabs.close())
  await whilePlaying(async () => {
    await tabs.click('Listen')
    await untilState(tabs, 'playing')
    await tabs.hide()
    await untilHeardAt(1)
    const { received } = (await pageStats(tabs)).packets
    await waitUntil('ten seconds to come', async () => {
      return (await pageStats(tabs)).packets.received > received + 3445
    })
    await untilHeardAt(1)
    await tabs.show()
    await untilHeardAt(1)
    expect((await pageStats(tabs)).state).toBe('playing')
  })
  expect(await tabs.complaints()).toEqual([])
})

test('a page that was open while its computer slept knows the time, and when its output is heard, all the same', async () => {
  const guest = await enterHere()
  // Threads that begin after a sleep count from another origin than the page does: here the page's is two hours behind.
  await guest.page.addInitScript(() => {
    Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin - 7_200_000 })
  })
  await guest.page.reload()
  await button(guest, 'Listen').click()
  await untilState(guest, 'playing')
  const { offMs } = await waitUntil('the clock and the output to be known', async () => {
    const beforeMs = serverNowUs() / 1000
    const { sync } = await pageStats(guest)
    if (sync.serverNowMs === null || sync.outputLeadFrom !== 'measured') return undefined
    return { offMs: Math.max(0, beforeMs - sync.serverNowMs, sync.serverNowMs - serverNowUs() / 1000) }
  })
  // A round trip to the browser is not more than that.
  expect(offMs).toBeLessThan(100)
})

test('what was chosen is there again after a reload', async () => {
  const guest = await enterHere()
  const { page } = guest
  const volume = page.getByRole('slider', { name: 'Volume' })
  const quality = page.getByRole('combobox', { name: 'Quality' })
  const delay = page.getByRole('button', { name: /^Delay from key to ear/ })
  await volume.fill('65')
  await page.getByRole('radio', { name: 'Together' }).check()
  await quality.selectOption({ label: 'Uncompressed' })
  await delay.click()
  await page.reload()
  expect(await volume.inputValue()).toBe('65')
  expect(await page.getByRole('radio', { name: 'Together' }).isChecked()).toBe(true)
  expect(await chosenIn(quality)).toBe('Uncompressed')
  expect(await delay.getAttribute('aria-expanded')).toBe('true')
  await button(guest, 'Listen').click()
  await untilState(guest, 'playing')
  await waitUntil('the page to be told of its rung', async () => (await pageStats(guest)).rung === 'pcm16')
  expect((await pageStats(guest)).mode).toBe('together')
})

test('with reduced motion nothing moves by itself, and the level is told all the same', async () => {
  await whilePlaying(async () => {
    const moving = ({ page }: Visit) =>
      page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length)
    const guest = await enterHere({ reducedMotion: 'reduce' })
    await button(guest, 'Listen').click()
    await untilHeardAt(1)
    const meter = guest.page.getByRole('meter', { name: 'Level' })
    await waitUntil('the level to be told', async () =>
      /\d/.test((await meter.getAttribute('aria-valuetext')) ?? ''),
    )
    expect(await moving(guest)).toBe(0)
  })
})
