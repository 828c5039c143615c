// What one address may do in a while, over real sockets, as somebody far away; each limit, its refusal and its counter.
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
// For the types they add to the app.
import '../plugins/access.ts'
import { CLOSE } from '../../shared/wire/control.ts'
import { BY_US_HEADER, SERVER_US_HEADER } from '../../shared/wire/time-limit.ts'
import { TestListener, testApp } from '../fixtures/test-app.ts'

const KEY = 'open-sesame'
const far = (address = '203.0.113.7') => ({ 'x-forwarded-for': address })
const served = (...args: string[]) => testApp('steady', { args: [`--controller-key=${KEY}`, ...args] })

async function get(url: string, key: string, address?: string) {
  const reply = await fetch(`${url}/api/access`, {
    headers: { ...far(address), authorization: `Bearer ${key}` },
  })
  const { reason } = (await reply.json()) as { reason?: string }
  return { status: reply.status, reason, retryAfterS: Number(reply.headers.get('retry-after')) }
}

async function upgrade(port: number, headers: Record<string, string>, query = `?key=${KEY}`) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/audio${query}`, { headers })
  onTestFinished(() => socket.terminate())
  socket.on('error', () => {})
  return Promise.race([
    once(socket, 'open').then(() => 101),
    once(socket, 'unexpected-response').then(([, { statusCode }]) => statusCode as number),
  ])
}

describe('wrong keys', () => {
  test('are ten a minute: then no key is looked at, other addresses’ are, and links that are good go on', async () => {
    const { app, url } = await served()
    const { token } = await app.invites.create({ role: 'listener' })
    for (let i = 0; i < 10; i++)
      expect(await get(url, `guess-${i}`)).toMatchObject({ status: 401, reason: 'bad-key' })
    for (const key of ['guess-11', KEY]) {
      const reply = await get(url, key)
      expect(reply).toMatchObject({ status: 429, reason: 'too-many-attempts' })
      expect(reply.retryAfterS).toBeGreaterThan(0)
      expect(reply.retryAfterS).toBeLessThanOrEqual(60)
    }
    expect(await get(url, token)).toMatchObject({ status: 200 })
    expect(await get(url, KEY, '203.0.113.8')).toMatchObject({ status: 200 })
    expect(app.refusals).toMatchObject({ 'bad-key': 10, 'too-many-attempts': 2 })
  })

  test('from many addresses of one network count together, though its phones may ask one by one', async () => {
    const { url } = await served('--max-key-attempts=2', '--max-requests=10')
    for (const host of [1, 2]) expect(await get(url, 'wrong', `fd00::${host}`)).toMatchObject({ status: 401 })
    expect(await get(url, KEY, 'fd00::3')).toMatchObject({ status: 429, reason: 'too-many-attempts' })
    for (let i = 0; i < 11; i++) await get(url, '', 'fd00::4')
    expect(await get(url, '', 'fd00::4')).toMatchObject({ reason: 'too-many-requests' })
    expect(await get(url, '', 'fd00::5')).toMatchObject({ status: 401 })
  })

  test('on a WebSocket count as well', async () => {
    const { port, url } = await served('--max-key-attempts=2')
    expect(await upgrade(port, far(), '?key=wrong-1')).toBe(401)
    expect(await upgrade(port, far(), '?key=wrong-2')).toBe(401)
    expect(await upgrade(port, far(), '?key=wrong-3')).toBe(429)
    expect(await get(url, KEY)).toMatchObject({ status: 429 })
  })
})

test('requests to /api are bounded for an address; on this computer they are not', async () => {
  const { app, url } = await served('--max-requests=10')
  for (let i = 0; i < 10; i++) expect((await get(url, KEY)).status).toBe(200)
  const refused = await get(url, KEY)
  expect(refused).toMatchObject({ status: 429, reason: 'too-many-requests' })
  expect(refused.retryAfterS).toBeGreaterThan(0)
  expect((await get(url, KEY, '203.0.113.8')).status).toBe(200)
  for (let i = 0; i < 15; i++) expect((await fetch(`${url}/api/access`)).status).toBe(200)
  expect(app.refusals['too-many-requests']).toBe(1)
})

test('links that have ended are no guesses', async () => {
  const { app, url } = await served()
  const { id, token } = await app.invites.create({ role: 'listener' })
  await app.invites.revoke(id)
  for (let i = 0; i < 12; i++)
    expect(await get(url, token)).toMatchObject({ status: 401, reason: 'revoked-key' })
  expect(await get(url, KEY)).toMatchObject({ status: 200 })
})

describe('WebSockets', () => {
  test('are bounded for an address', async () => {
    const { app, port } = await served('--max-address-upgrades=2')
    const outcomes = []
    for (let i = 0; i < 3; i++) outcomes.push(await upgrade(port, far()))
    expect(outcomes).toEqual([101, 101, 429])
    expect(await upgrade(port, far('203.0.113.8'))).toBe(101)
    expect(await upgrade(port, {})).toBe(101)
    expect(app.refusals['too-many-upgrades']).toBe(1)
  })

  test.each(['/%zz', `/s/${'x'.repeat(200)}`, '/', '/health', '/api/mix', '/nowhere'])(
    'are not spoken at %s: an answer, and the connection ends',
    async (path) => {
      const { port } = await served()
      const socket = connect(port, '127.0.0.1')
      const head = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
      socket.write(`${head}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`)
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 4\d\d /)
    },
  )

  test('asked for without a key take no place from the others', async () => {
    const { port } = await served('--max-upgrades=2')
    for (let i = 0; i < 3; i++)
      expect(await upgrade(port, far(`203.0.113.${i}`), '?key=no-key-of-here')).toBe(401)
    expect(await upgrade(port, far('203.0.113.9'))).toBe(101)
  })

  test('are bounded in all', async () => {
    const { port } = await served('--max-upgrades=2')
    const outcomes = []
    for (let i = 0; i < 3; i++) outcomes.push(await upgrade(port, far(`203.0.113.${i}`)))
    expect(outcomes).toEqual([101, 101, 429])
  })
})

describe('listeners', () => {
  const listen = (port: number, address: string, session = 'main', key = KEY) =>
    new TestListener(port, { query: `?session=${session}&key=${key}`, headers: far(address) })

  test('are bounded for an address, and one who goes makes place', async () => {
    const { app, port } = await served('--max-address-listeners=1')
    const first = listen(port, '203.0.113.7')
    await first.until(() => first.packets.length > 0)
    expect(await listen(port, '203.0.113.7').closed()).toEqual({
      code: CLOSE.full,
      reason: 'Too many listen from your network at once. Try again later.',
    })
    const other = listen(port, '203.0.113.8')
    await other.until(() => other.packets.length > 0)
    first.socket.close()
    await expect.poll(() => app.session.listeners).toBe(1)
    const next = listen(port, '203.0.113.7')
    await next.until(() => next.packets.length > 0)
    expect(app.refusals['address-full']).toBe(1)
  })

  test('are bounded for a session, and in all', async () => {
    const { app, port } = await served('--max-session-listeners=1', '--max-listeners=2')
    const { session, key } = app.sessions.create('')
    const one = listen(port, '203.0.113.1')
    await one.until(() => one.packets.length > 0)
    expect((await listen(port, '203.0.113.2').closed()).reason).toContain('of this room')
    const two = listen(port, '203.0.113.3', session.id, key)
    await two.until(() => two.packets.length > 0)
    expect((await listen(port, '203.0.113.4').closed()).reason).toBe('All places are taken. Try again later.')
    expect(app.refusals).toMatchObject({ 'session-full': 1, 'server-full': 1 })
  })
})

describe('what a listener says', () => {
  test('is bounded in a second, and nobody else suffers', async () => {
    const { app, port } = await served('--max-messages=20')
    const [bad, good] = [new TestListener(port), new TestListener(port)]
    await Promise.all([bad, good].map((one) => one.until(() => one.packets.length > 0)))
    const closed = bad.closed()
    for (let i = 0; i < 100; i++) bad.socket.send(JSON.stringify({ type: 'set_quality', rung: 'auto' }))
    expect(await closed).toEqual({ code: CLOSE.tooMany, reason: 'Too many messages.' })
    const heard = good.packets.length
    await good.until(() => good.packets.length > heard + 3)
    expect(app.refusals['message-rate']).toBe(1)
  })

  test('is bounded in size', async () => {
    const { app, port } = await served('--max-message-kib=8')
    const listener = new TestListener(port)
    await once(listener.socket, 'open')
    const closed = listener.closed()
    listener.socket.send('x'.repeat(8193))
    expect((await closed).code).toBe(1009)
    expect(app.refusals['message-size']).toBe(1)
  })
})

describe('a request', () => {
  async function answerTo(port: number, bytes: string): Promise<string> {
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    let answer = ''
    socket.on('data', (data) => {
      answer += data
    })
    socket.write(bytes)
    await once(socket, 'close')
    return answer
  }

  test('whose head does not come is given up, and counted', async () => {
    const { app, port } = await served('--handshake-timeout-ms=500', '--request-timeout-ms=500')
    expect(await answerTo(port, 'GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: ')).toContain('408')
    expect(app.refusals['slow-request']).toBe(1)
  })

  test('whose body does not come is given up in its own time, also where a head may take longer', {
    timeout: 30_000,
  }, async () => {
    const { port } = await served('--handshake-timeout-ms=60000', '--request-timeout-ms=500')
    const head =
      'PUT /api/mix HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n'
    expect(await answerTo(port, head)).toContain('408')
  })

  test('whose head is too long is refused, and counted', async () => {
    const { app, port } = await served('--max-header-kib=4')
    expect(
      await answerTo(port, `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(5000)}\r\n\r\n`),
    ).toContain('431')
    expect(app.refusals['long-header']).toBe(1)
  })
})

describe('another site', () => {
  const ORIGIN = 'https://studio.example'
  const ask = (url: string, method: string, headers = {}) =>
    fetch(`${url}/api/mix`, { method, headers: { origin: ORIGIN, ...headers } })

  test('gets no leave to read, and changes nothing', async () => {
    const { app, url, port } = await served()
    const reply = await ask(url, 'GET')
    expect(reply.headers.get('access-control-allow-origin')).toBeNull()
    expect((await ask(url, 'PUT')).status).toBe(403)
    expect(await upgrade(port, { origin: ORIGIN })).toBe(403)
    expect(app.refusals['bad-origin']).toBe(2)
  })

  test('that CORS_ORIGINS names may, with a key where one is needed', async () => {
    const { url, port } = await served(`--cors-origins=${ORIGIN}`)
    const asks = { 'access-control-request-method': 'PUT', ...far() }
    const before = await ask(url, 'OPTIONS', asks)
    expect([before.status, before.headers.get('access-control-allow-origin')]).toEqual([204, ORIGIN])
    expect(before.headers.get('access-control-allow-headers')).toContain(
      `authorization, content-type, ${BY_US_HEADER}`,
    )
    expect((await ask(url, 'PUT', far())).status).toBe(401)
    expect(await upgrade(port, { origin: ORIGIN })).toBe(101)
    // Whoever opened it is on this computer; the page is not.
    expect((await ask(url, 'GET')).status).toBe(401)
    expect((await ask(url, 'PUT')).status).toBe(401)
    expect(await upgrade(port, { origin: ORIGIN }, '')).toBe(401)
    const answer = await ask(url, 'GET', { authorization: `Bearer ${KEY}` })
    expect(answer.status).toBe(200)
    // A page of another site sees only the headers that are named.
    expect(answer.headers.get('access-control-expose-headers')).toBe(SERVER_US_HEADER)
    expect(await upgrade(port, { origin: 'https://other.example' })).toBe(403)
  })
})
