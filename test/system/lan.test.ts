// What a phone does: a fresh browser at the far side of a network scans the code, accepts one warning, and hears the synth.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:http'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Page } from 'playwright-core'
import { renderUnicodeCompact } from 'uqr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage } from '../proxies/program.ts'
import { openSilentChromium, type SilentChromium, statsOf } from '../proxies/silent-chromium.ts'
import { acceptWarning } from '../proxies/warning.ts'
import { linkNamed } from '../studio/link/conditions.ts'
import { type Link, startLink } from '../studio/link/link.ts'
import type { Program } from '../studio/process.ts'
import { freePort } from '../studio/server.ts'
import { waitUntil } from '../studio/wait-until.ts'

const START = join(import.meta.dirname, '..', '..', 'src', 'server', 'start.mjs')
const PATIENT_MS = 120_000

let stage: Stage
let link: Link
let chromium: SilentChromium
let server: Program
let origin: string
/** What the terminal has shown, whole characters only. */
let typescript: string

beforeAll(async () => {
  stage = openStage()
  typescript = join(stage.dir, 'terminal')
  link = await startLink(linkNamed('wifi-good'))
  const port = await freePort()
  // The address of the link is chosen: this machine has others.
  const flags = `--lan --host=${link.nearAddress} --port=${port} --capture=synth --data-dir=${stage.dir}/data`
  // A terminal of its own: the code is for people, and in no log.
  server = stage.start('/usr/bin/script', ['-qefc', `'${process.execPath}' '${START}' ${flags}`, typescript])
  origin = `https://${link.nearAddress}:${port}`
  chromium = await openSilentChromium({ link, dir: stage.dir })
})
afterAll(async () => {
  await chromium?.close()
  await stage?.stop()
  await link?.stop()
})

const shown = () => stripVTControlCharacters(readFileSync(typescript, 'utf8')).replaceAll('\r', '')

test('a fresh browser hears the synth over HTTPS after scanning the code and accepting one warning, and later without the code', async () => {
  await waitUntil('the code', () => !server.alive() || /fingerprint is \S+/.test(shown()), PATIENT_MS)
  const address = new RegExp(`${origin}/\\?invite=\\S+`).exec(shown())?.[0]
  expect(address, shown()).toBeDefined()
  // What a camera reads out of the code is what is written below it.
  const code = renderUnicodeCompact(address as string, { border: 2 })
  for (const line of code.split('\n')) expect(shown()).toContain(line)

  const context = await chromium.context()
  const page = await context.newPage()
  await acceptWarning(page, address as string)
  expect(page.url()).toMatch(origin)
  expect(await page.evaluate(() => [isSecureContext, crossOriginIsolated])).toEqual([true, true])
  await listen(page)
  // Sound, not silence: the meter has a level.
  await waitUntil(
    'the meter to move',
    async () => (await page.getByRole('meter').first().getAttribute('aria-valuetext')) !== 'silent',
    PATIENT_MS,
  )
  // From the home screen: a page of its own, at the address the manifest names, without the link.
  const start = await page.evaluate(async () => {
    const { href } = document.querySelector('link[rel=manifest]') as HTMLLinkElement
    return new URL((await (await fetch(href)).json()).start_url, href).href
  })
  expect(start).toBe(`${origin}/`)
  await page.close()
  const installed = await context.newPage()
  await installed.goto(start)
  await listen(installed)
  await context.close()
})

async function listen(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Listen', exact: true }).click()
  await waitUntil(
    'the page to play',
    async () => {
      const { state, packets } = await statsOf(page)
      return state === 'playing' && packets.received > 300
    },
    PATIENT_MS,
  )
}

test('who types the address without https is sent there', async () => {
  const port = new URL(origin).port
  const [reply] = (await once(
    get({ host: link.nearAddress, port, path: '/?role=engineer', agent: false }),
    'response',
  )) as [IncomingMessage]
  reply.resume()
  expect([reply.statusCode, reply.headers.location]).toEqual([308, `${origin}/?role=engineer`])
})

test('without the invite nobody listens', async () => {
  const context = await chromium.context()
  const page = await context.newPage()
  await acceptWarning(page, origin)
  const status = await page.evaluate(async () => (await fetch('/api/listeners')).status)
  expect([401, 403]).toContain(status)
  await context.close()
})
