import { existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Builder, By, Capabilities, type WebDriver } from 'selenium-webdriver'
import { withDescendants } from '../processes.ts'
import { freePort } from '../server.ts'
import type { Studio } from '../studio.ts'
import { InVain, waitUntil } from '../wait-until.ts'
import { browserEnv, type OpenBrowser, type OpenOptions } from './open-browser.ts'

/** WebKitGTK's own small browser under a display nobody sees, by WebDriver. */
export async function openWebKit(options: OpenOptions): Promise<OpenBrowser> {
  const { studio } = options
  const display = studio.start('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'])
  const number = await waitUntil('a display', () => /^(\d+)$/m.exec(display.log())?.[1])
  const service = await startDriver(studio, {
    ...browserEnv(options),
    DISPLAY: `:${number}`,
    HOME: mkdtempSync(join(studio.dir, 'webkit-')),
    // Shared memory is behind this switch even where page and worker are isolated.
    JSC_useSharedArrayBuffer: '1',
    // A machine without graphics hardware would emulate it to paint the page, at half a core more.
    WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    WEBKIT_SKIA_ENABLE_CPU_RENDERING: '1',
  })
  const driver = await new Builder()
    .usingServer(service.url)
    .withCapabilities(
      capabilities([...(options.microphone ? ['--enable-media-stream=true'] : []), ...(options.args ?? [])]),
    )
    .build()
  await driver.get(options.url)
  await driver.executeScript(LISTEN_FOR_COMPLAINTS)
  return {
    engine: 'webkit',
    click: async (name) => (await buttonNamed(driver, name)).click(),
    evaluate: (ask, given) => driver.executeScript(`return (${ask})(arguments[0])`, given),
    complaints: () => driver.executeScript('return window.studioComplaints'),
    pids: async () => withDescendants(service.pid).filter((pid) => pid !== service.pid),
    async close() {
      try {
        await driver.quit()
      } finally {
        await service.stop()
        await display.stop()
      }
    },
  }
}

async function startDriver(studio: Studio, env: Record<string, string>) {
  const port = await freePort()
  const program = studio.start('WebKitWebDriver', [`--port=${port}`], { env })
  const url = `http://127.0.0.1:${port}`
  await waitUntil('WebKitWebDriver', async () => {
    if (!program.alive()) throw new InVain(`WebKitWebDriver ended: ${program.log()}`)
    return (await fetch(`${url}/status`)).ok
  })
  return { url, pid: program.child.pid ?? 0, stop: () => program.stop() }
}

function capabilities(args: readonly string[]): Capabilities {
  return new Capabilities()
    .setBrowserName('MiniBrowser')
    .set('webkitgtk:browserOptions', { binary: miniBrowser(), args: ['--automation', ...args] })
}

/** Debian has it in a folder named after the machine's architecture. */
function miniBrowser(): string {
  const paths = readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'webkit2gtk-4.1', 'MiniBrowser'))
  const found = process.env['MINIBROWSER_PATH'] ?? paths.find((path) => existsSync(path))
  if (!found) throw new Error('there is no MiniBrowser (Debian: webkit2gtk-driver)')
  return found
}

async function buttonNamed(driver: WebDriver, name: string) {
  return await waitUntil(`a button named ${name}`, async () => {
    for (const button of await driver.findElements(By.css('button, [role=button]')))
      if ((await button.getAccessibleName()) === name) return button
    return undefined
  })
}

/** For the page: this driver can not be asked for its console, and MiniBrowser prints none while it is driven. */
const LISTEN_FOR_COMPLAINTS = `
  const complaints = (window.studioComplaints = [])
  addEventListener('error', ({ message }) => complaints.push(message))
  addEventListener('unhandledrejection', ({ reason }) => complaints.push(String(reason)))
  for (const level of ['error', 'warn']) {
    const say = console[level]
    console[level] = (...words) => {
      complaints.push(words.map(String).join(' '))
      say.apply(console, words)
    }
  }
`
