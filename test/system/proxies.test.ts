// Backline behind the proxies of deploy/, as Debian has them: the page is isolated and plays, and nobody who comes through
// one is taken to be on this computer.

import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { get, type RequestOptions } from 'node:https'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openStage, type Stage } from '../proxies/program.ts'
import { type RunningProxy, startCaddy, startNginx } from '../proxies/proxy.ts'
import { openSilentChromium, type SilentChromium, statsOf } from '../proxies/silent-chromium.ts'
import { acceptWarning } from '../proxies/warning.ts'
import { complaintsOf } from '../studio/browser/complaints.ts'
import { type Backline, startBackline } from '../studio/server.ts'
import { waitUntil } from '../studio/wait-until.ts'

const KEY = 'a-key.only_for~this-test'
const PATIENT_MS = 60_000

let stage: Stage
let chromium: SilentChromium
beforeAll(async () => {
  stage = openStage()
  chromium = await openSilentChromium()
})
afterAll(async () => {
  await chromium?.close()
  await stage?.stop()
})

async function ask(url: string, options: RequestOptions = {}) {
  const [reply] = (await once(
    get(url, { rejectUnauthorized: false, agent: false, ...options }),
    'response',
  )) as [IncomingMessage]
  return { status: reply.statusCode, headers: reply.headers, body: await text(reply) }
}

describe.each([
  ['', false],
  ['/backline', true],
] as const)('at "%s"', (base, subPath) => {
  let backline: Backline
  let upstream: string
  beforeAll(async () => {
    backline = await startBackline({
      studio: stage,
      env: { CAPTURE: 'synth', CONTROLLER_KEY: KEY, DATA_DIR: stage.dir, BASE_PATH: base },
    })
    upstream = new URL(backline.url).host
  })
  afterAll(() => backline?.stop())

  describe.each([
    ['Caddy', startCaddy],
    ['nginx', startNginx],
  ] as const)('behind %s', (_name, start) => {
    let proxy: RunningProxy
    let at: string
    beforeAll(async () => {
      proxy = await start({ stage, upstream, subPath })
      at = proxy.origin + base
    })

    test('page and scripts keep the headers that isolate them', async () => {
      const page = await ask(`${at}/`)
      const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(page.body)?.[1]
      for (const { status, headers } of [page, await ask(`${at}/${script}`), await ask(`${at}/dev`)]) {
        expect(status).toBe(200)
        expect(headers).toMatchObject({
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-embedder-policy': 'require-corp',
          'content-security-policy': expect.stringContaining("default-src 'self'"),
        })
      }
    })

    test('the page is isolated, hears the synth, and loads nothing from elsewhere', async () => {
      const context = await chromium.context()
      onTestFinished(() => context.close())
      const page = await context.newPage()
      await acceptWarning(page, `${at}/?key=${KEY}`)
      const complaints = complaintsOf(page)
      expect(await page.evaluate(() => [isSecureContext, crossOriginIsolated])).toEqual([true, true])
      await page.getByRole('button', { name: 'Listen', exact: true }).click()
      const stats = () => statsOf(page)
      await waitUntil(
        'the page to play',
        async () => (await stats()).state === 'playing' && (await stats()).packets.received > 300,
        PATIENT_MS,
      )
      // The console is a page of its own, and a link on this one.
      await page.getByRole('link', { name: 'Console' }).click()
      await page.getByRole('region', { name: 'Invite' }).waitFor({ timeout: PATIENT_MS })
      expect(new URL(page.url()).pathname).toBe(`${base}/console`)
      expect(complaints).toEqual([])
    })

    test('who comes through it is not on this computer, whatever they say', async () => {
      const local = await fetch(`${backline.url}/api/sessions`)
      expect(local.status).toBe(200)
      for (const headers of [{}, { 'x-forwarded-for': '127.0.0.1' }, { forwarded: 'for=127.0.0.1' }]) {
        const { status } = await ask(`${at}/api/sessions`, { headers })
        expect([401, 403]).toContain(status)
      }
      const { status } = await ask(`${at}/api/sessions?key=${KEY}`)
      expect(status).toBe(200)
    })

    test('no key is in its log, not even when Backline is gone', async () => {
      const nowhere = await start({ stage, upstream: '127.0.0.1:1', subPath })
      expect((await ask(`${nowhere.origin}${base}/api/sessions?key=${KEY}`)).status).toBe(502)
      for (const { log } of [proxy, nowhere]) expect(log()).not.toContain(KEY)
      expect(backline.log()).not.toContain(KEY)
    })
  })
})
