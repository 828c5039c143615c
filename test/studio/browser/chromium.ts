import { chromium, type Page } from 'playwright-core'
import { complaintsOf } from './complaints.ts'
import { browserEnv, type OpenBrowser, type OpenOptions } from './open-browser.ts'

/** Where distributions put it; CHROMIUM_PATH names another build. */
export const CHROMIUM_PATH = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

/** A browser that fetches nothing on its own, so that it neither loads the machine nor the network. */
export const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-first-run',
  '--no-pings',
]

export interface OpenChromium extends OpenBrowser {
  /** For what only Chromium can be asked: its developer tools. */
  readonly page: Page
}

/** Chromium, by Playwright. */
export async function openChromium(options: OpenOptions): Promise<OpenChromium> {
  const browser = await chromium.launch({
    executablePath: options.link?.writeFarSideProgram(options.studio.dir, CHROMIUM_PATH) ?? CHROMIUM_PATH,
    env: browserEnv(options),
    ignoreDefaultArgs: ['--mute-audio'],
    args: [
      ...rootArgs(),
      ...QUIET,
      ...trusted(options.url),
      ...(options.microphone ? ['--use-fake-ui-for-media-stream'] : []),
      ...(options.args ?? []),
    ],
  })
  const page = await browser.newPage()
  const complaints = complaintsOf(page)
  await page.goto(options.url)
  const session = await browser.newBrowserCDPSession()
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  return {
    engine: 'chromium',
    page,
    click: (name) => page.getByRole('button', { name, exact: true }).click(),
    evaluate: (ask, given) => page.evaluate(ask as never, given as never),
    complaints: async () => [...complaints],
    async pids() {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo')
      return processInfo.map(({ id }) => id)
    },
    async heapMb() {
      await devtools.send('HeapProfiler.collectGarbage')
      const { metrics } = await devtools.send('Performance.getMetrics')
      return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN) / 1e6
    },
    close: () => browser.close(),
  }
}

/** Chromium refuses to be run by root inside its sandbox. */
export function rootArgs(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : []
}

/** Shared memory and worklets are for secure pages, and of those without https only the loopback's are. */
function trusted(url: string): string[] {
  const { protocol, hostname, origin } = new URL(url)
  if (protocol !== 'http:' || ['localhost', '127.0.0.1'].includes(hostname)) return []
  return [`--unsafely-treat-insecure-origin-as-secure=${origin}`]
}
