import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import puppeteer from 'puppeteer-core'
import { withDescendants } from '../processes.ts'
import { complaintsOf } from './complaints.ts'
import { browserEnv, type OpenBrowser, type OpenOptions } from './open-browser.ts'

/** Where Debian puts it; FIREFOX_PATH names another build. */
const FIREFOX_PATH = process.env['FIREFOX_PATH'] ?? '/usr/bin/firefox-esr'

/** What a listener would have chosen, and nothing fetched on its own. Nothing that changes how it plays. */
const PREFERENCES = {
  'media.autoplay.default': 0,
  'app.normandy.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
}

const MICROPHONE = { 'permissions.default.microphone': 1, 'media.navigator.permission.disabled': true }

/** Firefox without a window, by WebDriver BiDi. Its profile is in the studio's folder and goes with it. */
export async function openFirefox(options: OpenOptions): Promise<OpenBrowser> {
  const home = mkdtempSync(join(options.studio.dir, 'firefox-'))
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX_PATH,
    userDataDir: join(home, 'profile'),
    env: { ...browserEnv(options), HOME: home, MOZ_CRASHREPORTER_DISABLE: '1' },
    extraPrefsFirefox: { ...PREFERENCES, ...(options.microphone ? MICROPHONE : {}) },
    args: [...(options.args ?? [])],
    // A page that answers no more is told of before a test is over.
    protocolTimeout: 30_000,
    // The studio ends what it holds, however its owner ends.
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
  })
  const page = await browser.newPage()
  const complaints = complaintsOf(page)
  await page.goto(options.url)
  return {
    engine: 'firefox',
    click: (name) => page.locator(`::-p-aria([role="button"][name="${name}"])`).click(),
    evaluate: (ask, given) => page.evaluate(ask as never, given as never),
    complaints: async () => [...complaints],
    pids: async () => withDescendants(browser.process()?.pid ?? 0),
    close: () => browser.close(),
  }
}
