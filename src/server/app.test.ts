import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { readComeBackMs } from '../shared/wire/come-back.ts'
import { CLOSE } from '../shared/wire/control.ts'
import { TestListener, testApp } from './fixtures/test-app.ts'
import { testFolder } from './fixtures/test-folder.ts'
import { Health } from './routes/health-schema.ts'

function builtPage(): string {
  const root = testFolder()
  mkdirSync(join(root, 'assets'))
  const script = 'console.log(1);'.repeat(100)
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>Backline</title>')
  writeFileSync(join(root, 'assets/main-abc123.js'), script)
  writeFileSync(join(root, 'assets/main-abc123.js.br'), brotliCompressSync(script))
  writeFileSync(join(root, 'assets/main-abc123.js.gz'), gzipSync(script))
  return root
}

describe('every reply lets the page be cross-origin isolated', () => {
  test.each([
    ['the page', '/', 200],
    ['a script', '/assets/main-abc123.js', 200],
    ['health', '/health', 200],
    ['a missing file', '/assets/gone.js', 404],
    ['a missing address', '/api/nothing', 404],
    ['an address that can not be read', '/%', 400],
    ['WebSocket only', '/ws/audio', 426],
  ])('%s', async (_what, path, status) => {
    const { url } = await testApp('steady', { pageRoot: builtPage() })
    const reply = await fetch(url + path)
    expect(reply.status).toBe(status)
    expect(reply.headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(reply.headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    expect(reply.headers.get('cross-origin-resource-policy')).toBe('same-origin')
  })
})

describe('the page', () => {
  test('is asked for anew each time, its hashed files never again', async () => {
    const { url } = await testApp('steady', { pageRoot: builtPage() })
    const page = await fetch(`${url}/`)
    expect(page.headers.get('cache-control')).toBe('no-cache')
    const policy = page.headers.get('content-security-policy')
    expect(policy).not.toContain('upgrade-insecure-requests')
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';")
    const script = await fetch(`${url}/assets/main-abc123.js`)
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  })

  test.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['identity', null],
  ])('goes out as it was compressed beforehand: %s', async (accepted, encoding) => {
    const { url } = await testApp('steady', { pageRoot: builtPage() })
    const script = await fetch(`${url}/assets/main-abc123.js`, { headers: { 'accept-encoding': accepted } })
    expect(script.headers.get('content-encoding')).toBe(encoding)
    expect(script.headers.get('content-type')).toContain('javascript')
    expect(script.headers.get('cache-control')).toContain('immutable')
    expect(await script.text()).toContain('console.log(1)')
  })

  test('is the same for every session, and says so where there is none', async () => {
    const { app, url } = await testApp('steady', { pageRoot: builtPage() })
    const { session } = app.sessions.create('')
    const page = await fetch(`${url}/s/${session.id}`)
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-cache'])
    expect(await page.text()).toBe(await (await fetch(`${url}/`)).text())
    const none = await fetch(`${url}/s/nowhere`)
    expect([none.status, none.headers.get('cross-origin-embedder-policy')]).toEqual([404, 'require-corp'])
    expect(await none.text()).toContain('There is no such session.')
  })

  test('that was not built says how to build it', async () => {
    const { url } = await testApp('steady')
    const reply = await fetch(url)
    expect(reply.status).toBe(503)
    expect(await reply.text()).toContain('npm start')
  })
})

describe('health', () => {
  test('is ok while the source plays, with levels by channel name', async () => {
    const { url, port } = await testApp('steady')
    const listener = new TestListener(port)
    await listener.until(() => listener.packets.length > 20)
    const reply = await fetch(`${url}/health`)
    const body = await reply.json()
    expect(Compile(Health).Errors(body)).toEqual([])
    expect(reply.status).toBe(200)
    expect(body).toMatchObject({
      status: 'ok',
      version: '1.2.3',
      listeners: 1,
      source: { state: 'running', input: 'synth', name: 'fixture', rateHz: 44_100, channels: 8, restarts: 0 },
      streaming: {
        packetsSkipped: { inFlight: 0, backlog: 0 },
        badMessages: { binary: 0 },
        rungs: [{ name: 'pcm16', listeners: 1, history: { dropped: 0 } }],
        opus: { packetsEncoded: 0, packetsShed: 0, restarts: 0 },
      },
    })
    expect(body.source.levels.slice(0, 3)).toEqual([
      { name: 'Channel 1', peakDb: 0, rmsDb: -6 },
      { name: 'Channel 2', peakDb: -6, rmsDb: -12 },
      { name: 'Channel 3', peakDb: -120, rmsDb: -120 },
    ])
    expect(body.memory.serverRssBytes).toBeGreaterThan(1e6)
  })

  test('is degraded before the source plays', async () => {
    const { url } = await testApp('silent')
    const reply = await fetch(`${url}/health`)
    expect(reply.status).toBe(200)
    expect(await reply.json()).toMatchObject({
      status: 'degraded',
      source: { state: 'starting', levels: [] },
    })
  })

  test('is failed, with the reason, once the source does not come back', async () => {
    const { app, url } = await testApp('refuses')
    if (app.session.status.state !== 'stopped') await once(app.capture, 'gave-up')
    const reply = await fetch(`${url}/health`)
    expect(reply.status).toBe(503)
    expect(await reply.json()).toMatchObject({
      status: 'failed',
      source: { state: 'stopped', message: 'No device is called MONTAGE.' },
    })
  })
})

test('/time tells the system’s time, and that it is the system’s, and the time since the start', async () => {
  const { url } = await testApp('steady')
  const body = await (await fetch(`${url}/time`)).json()
  expect(body).toMatchObject({
    reference: { source: 'system', offsetMs: 0, errorMs: null, lastSyncMs: null, servers: [] },
    hrtime: expect.stringMatching(/^\d+$/),
  })
  expect(Date.parse(body.serverTime)).toBe(Math.floor(body.serverTimeMs))
})

describe('the mix', () => {
  const put = (url: string, body: unknown, headers = {}) =>
    fetch(`${url}/api/mix`, {
      method: 'PUT',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  const row = (gain: number, channels = 8) => Array.from({ length: channels }, () => gain)

  test('that was put is the one that is got', async () => {
    const { url } = await testApp('steady')
    const gains = [row(0.5), row(-4)]
    expect((await put(url, { gains })).status).toBe(200)
    expect(await (await fetch(`${url}/api/mix`)).json()).toMatchObject({ gains })
  })

  test.each([
    ['with one row', { gains: [row(1)] }, 'bad-request'],
    ['louder than 4', { gains: [row(1), row(4.1)] }, 'bad-request'],
    ['of text', { gains: [row(1), Array(8).fill('1')] }, 'bad-request'],
    ['of another width', { gains: [row(1, 7), row(1, 7)] }, 'bad-mix'],
  ])('%s is refused with a reason', async (_what, body, reason) => {
    const { url, app } = await testApp('steady')
    const before = app.capture.gains
    const reply = await put(url, body)
    expect(reply.status).toBe(400)
    expect(await reply.json()).toEqual({ error: 'Bad Request', reason, message: expect.stringMatching(/./) })
    expect(app.capture.gains).toBe(before)
  })

  test('is not for other sites to change', async () => {
    const { url } = await testApp('steady')
    const reply = await put(url, { gains: [row(1), row(1)] }, { origin: 'http://evil.example' })
    expect(reply.status).toBe(403)
    expect(await reply.json()).toMatchObject({ error: 'Forbidden', reason: 'bad-origin' })
  })
})

test('what went wrong here is not told to the client', async () => {
  const { app, url } = await testApp('steady')
  Object.defineProperty(app.session, 'status', {
    get: () => {
      throw new Error('secret')
    },
  })
  const reply = await fetch(`${url}/health`)
  expect(reply.status).toBe(500)
  expect(await reply.text()).not.toContain('secret')
})

describe('closing', () => {
  test('tells listeners to come back, then stops the capture child, then is done', async () => {
    const { app, port } = await testApp('steady')
    const listener = new TestListener(port)
    await listener.until(() => listener.packets.length > 0)
    const childAtClose = listener.closed().then(({ code }) => ({ code, pid: app.capture.pid }))
    await app.close()
    expect(await childAtClose).toMatchObject({ code: CLOSE.restarting })
    expect(app.capture.pid).toBeUndefined()
  })

  test('tells each listener another time to come back', async () => {
    const { app, port } = await testApp('steady')
    const listeners = Array.from({ length: 20 }, () => new TestListener(port))
    await Promise.all(listeners.map((listener) => listener.until(() => listener.heard.length > 0)))
    const closed = Promise.all(listeners.map((listener) => listener.closed()))
    await app.close()
    const timesMs = (await closed).map(({ reason }) => readComeBackMs(reason) as number)
    expect(new Set(timesMs).size).toBe(20)
    expect(Math.min(...timesMs)).toBeGreaterThanOrEqual(500)
    expect(Math.max(...timesMs)).toBeLessThanOrEqual(3000)
  })

  test('does not wait for a listener that does not answer', async () => {
    const { app, port } = await testApp('steady')
    const deaf = connect(port, '127.0.0.1')
    deaf.write(
      `GET /ws/audio HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`,
    )
    await once(deaf, 'data')
    const ended = once(deaf, 'close')
    deaf.resume()
    await app.close()
    await ended
  })
})
