import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { testApp, testDataDir } from './fixtures/test-app.ts'

/** Who asked, how, and for which host, as routes see it, when `peer` sends these headers. */
async function seen(args: string[], peer: string, headers: Record<string, string>) {
  const app = await buildApp({
    config: readConfig({ args: [`--data-dir=${testDataDir()}`, ...args], env: {} }),
    version: '1.2.3',
    captureEntry: new URL('./fixtures/steady.mjs', import.meta.url),
    pageRoot: '/nowhere',
    logger: pino({ level: 'silent' }),
  })
  onTestFinished(() => app.close())
  let asked: unknown
  app.addHook('onRequest', async ({ ip, protocol, host }) => {
    asked = { ip, protocol, host }
  })
  await app.inject({ url: '/nothing', remoteAddress: peer, headers: { host: 'inner:8080', ...headers } })
  return asked
}

const FORWARDED = {
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'sound.example',
}
const BELIEVED = { ip: '203.0.113.9', protocol: 'https', host: 'sound.example' }

test.each([
  ['a proxy on this computer', [], '127.0.0.1'],
  ['a proxy that is named', ['--trust-proxy=10.0.0.0/24'], '10.0.0.7'],
])('%s is believed', async (_what, args, peer) => {
  expect(await seen(args, peer, FORWARDED)).toEqual(BELIEVED)
})

test.each([
  ['somebody else', [], '10.0.0.7'],
  ['a proxy on this computer when another is named', ['--trust-proxy=10.0.0.7'], '127.0.0.1'],
  ['anybody when nobody is trusted', ['--trust-proxy=none'], '127.0.0.1'],
])('%s is not', async (_what, args, peer) => {
  expect(await seen(args, peer, FORWARDED)).toEqual({ ip: peer, protocol: 'http', host: 'inner:8080' })
})

test('what a browser adds before its proxy is not believed', async () => {
  const headers = { ...FORWARDED, 'x-forwarded-for': '127.0.0.1, 203.0.113.9' }
  expect(await seen([], '127.0.0.1', headers)).toMatchObject({ ip: '203.0.113.9' })
})

test.each([
  ['by itself', 'GET /api/sessions HTTP/1.1', '', 200],
  ['by a proxy that says who asked', 'GET /api/sessions HTTP/1.1', 'X-Forwarded-For: 127.0.0.1\r\n', 401],
  ['by a proxy that says what it passed', 'GET /api/sessions HTTP/1.1', 'X-Forwarded-Server: a\r\n', 401],
  ['by a proxy that says its name', 'GET /api/sessions HTTP/1.1', 'Via: 1.1 a\r\n', 401],
  ['by a tunnel', 'GET /api/sessions HTTP/1.1', 'Cf-Connecting-Ip: 203.0.113.9\r\n', 401],
  ['by a page of another site', 'GET /api/sessions HTTP/1.1', 'Origin: https://a.example\r\n', 401],
  ['by a page of nowhere', 'GET /api/sessions HTTP/1.1', 'Origin: null\r\n', 401],
  ['by a page on this computer', 'GET /api/sessions HTTP/1.1', 'Origin: http://localhost:5173\r\n', 200],
  ['by a proxy that only says how', 'GET /api/sessions HTTP/1.1', 'X-Forwarded-Proto: https\r\n', 401],
  ['by a proxy that says nothing, as nginx without settings', 'GET /api/sessions HTTP/1.0', '', 401],
])('what is asked on this computer %s', async (_how, request, headers, status) => {
  const { port } = await testApp('steady')
  const socket = connect(port, '127.0.0.1')
  socket.write(`${request}\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n${headers}\r\n`)
  expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
})
