import { once } from 'node:events'
import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { CLOSE } from '../../shared/wire/control.ts'
import { TestListener, testApp } from '../fixtures/test-app.ts'
import { serverUs } from '../server-clock.ts'
import { SessionView } from './session-view.ts'

/** As a proxy on this computer passes it on for somebody who is not. */
const FAR = { 'x-forwarded-for': '203.0.113.7' }

function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
}

async function refusal(port: number, query: string, headers = {}): Promise<string> {
  const [error] = await once(new TestListener(port, { query, headers }).socket, 'error')
  return error.message
}

describe('a session', () => {
  test('is made with a name and a key, plays the one source, and is ended', async () => {
    const { app, url, port } = await testApp('steady')
    const main = new TestListener(port)
    await main.until(() => main.packets.length > 0)
    const made = await post(`${url}/api/sessions`, { name: ' The\u0007 back\nroom ' })
    expect(made.status).toBe(201)
    const { id, controllerKey, url: path } = await made.json()
    expect([id, controllerKey, path]).toEqual([
      expect.stringMatching(/^[\w-]{12}$/),
      expect.stringMatching(/^[\w-]{24}$/),
      `/s/${id}`,
    ])
    const guest = new TestListener(port, { query: `?session=${id}` })
    await guest.until(() => guest.packets.length > 10)
    expect(guest.told('audio_config')[0]).toMatchObject({ session: id })
    const { sessions } = await (await fetch(`${url}/api/sessions`)).json()
    expect(sessions).toEqual([
      { id: 'main', name: 'Main', listeners: 1, url: '/' },
      { id, name: 'The back room', listeners: 1, url: path },
    ])
    const { listeners } = await (await fetch(`${url}/api/listeners`)).json()
    expect(listeners.map((listener: { id: number }) => listener.id)).toEqual([1, 2])
    const closed = guest.closed()
    expect((await fetch(`${url}/api/sessions/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect(await closed).toMatchObject({ code: CLOSE.gone })
    expect(await refusal(port, `?session=${id}`)).toContain('404')
    expect((await fetch(`${url}/api/sessions/${id}`)).status).toBe(404)
    expect(app.sessions.counts).toEqual({ open: 1, refused: 0, unvisited: 0 })
    const heard = main.packets.length
    await main.until(() => main.packets.length > heard)
  })

  test('is not one too many, and main stays', async () => {
    const { app, url } = await testApp('steady', { args: ['--max-sessions=2'] })
    expect((await post(`${url}/api/sessions`, {})).status).toBe(201)
    const second = await post(`${url}/api/sessions`, {})
    expect([second.status, (await second.json()).reason]).toEqual([409, 'sessions-full'])
    expect(app.sessions.counts.refused).toBe(1)
    const main = await fetch(`${url}/api/sessions/main`, { method: 'DELETE' })
    expect([main.status, (await main.json()).reason]).toEqual([409, 'main-stays'])
  })

  test('has a place for as many as the server has in all', async () => {
    const { url, port } = await testApp('steady', { args: ['--max-listeners=1'] })
    const { id } = await (await post(`${url}/api/sessions`, {})).json()
    await once(new TestListener(port).socket, 'open')
    expect((await new TestListener(port, { query: `?session=${id}` }).closed()).code).toBe(CLOSE.full)
  })

  test('tells how its members do', async () => {
    const { url, port } = await testApp('steady')
    const one = new TestListener(port, { query: '?mode=together' })
    await one.until(() => one.packets.length > 0)
    const view = await (await fetch(`${url}/api/sessions/main`)).json()
    expect(Compile(SessionView).Errors(view)).toEqual([])
    expect(view).toMatchObject({
      transport: { playing: true, backMs: 0, scheduled: null },
      counts: { live: 0, together: 1 },
      together: { members: 1, fixedMs: null },
      steady: { delayMs: 5000, fixedMs: 5000 },
      members: [{ id: 1, role: 'listener', mode: 'together', status: 'active', needMs: null }],
    })
  })
})

describe('who is not on this computer', () => {
  test('steers nothing without the key', async () => {
    const { url, port } = await testApp('steady', { args: ['--controller-key=open-sesame'] })
    const asked = [
      fetch(`${url}/api/sessions`, { headers: FAR }),
      post(`${url}/api/sessions`, {}, FAR),
      post(`${url}/api/sessions?key=open-sesam`, {}, FAR),
      post(`${url}/api/sessions/main/transport`, { action: 'pause' }, FAR),
      fetch(`${url}/api/sessions/main`, { method: 'DELETE', headers: FAR }),
    ]
    for (const reply of await Promise.all(asked))
      expect([reply.status, (await reply.json()).reason]).toEqual([
        401,
        expect.stringMatching(/^(no|bad)-key$/),
      ])
    for (const role of ['controller', 'engineer'])
      expect(await refusal(port, `?role=${role}&key=wrong`, FAR)).toContain('401')
    expect((await fetch(`${url}/api/sessions?key=open-sesame`, { headers: FAR })).status).toBe(200)
    const boss = new TestListener(port, { query: '?role=controller&key=open-sesame', headers: FAR })
    await boss.until(() => boss.told('sync_state').length > 0)
    expect(boss.told('sync_state')[0]).toMatchObject({ role: 'controller' })
  })

  test('has the key of one session only', async () => {
    const { url, port } = await testApp('steady', { args: ['--controller-key=open-sesame'] })
    const { id, controllerKey } = await (await post(`${url}/api/sessions`, {})).json()
    const query = (session: string, key: string) => `?role=controller&session=${session}&key=${key}`
    expect(await refusal(port, query('main', controllerKey), FAR)).toContain('403')
    expect(await refusal(port, query(id, 'open-sesame'), FAR)).toContain('403')
    await once(new TestListener(port, { query: query(id, controllerKey), headers: FAR }).socket, 'open')
  })

  test('is not taken to be by a name that points here', async () => {
    const { app } = await testApp('steady')
    const headers = { host: 'rebound.example' }
    const reply = await app.inject({ url: '/api/sessions', headers })
    expect(reply.statusCode).toBe(401)
    expect((await app.inject({ url: '/api/sessions', headers: { host: 'localhost' } })).statusCode).toBe(200)
  })
})

test.each([
  ['?session=nowhere', 404],
  ['?mode=dead', 400],
  ['?mode=live&mode=live', 400],
  ['?role=king', 400],
  ['?stream=1', 400],
  ['?stream=1&from=-1', 400],
  ['?stream=1&from=1e99', 400],
  ['?stream=x&from=1', 400],
])('a listener that comes with %s is refused with %i', async (query, status) => {
  const { port } = await testApp('steady')
  expect(await refusal(port, query)).toContain(String(status))
})

describe('the transport by HTTP', () => {
  test('does what a controller’s message does, and tells when that is heard', async () => {
    const { app, url, port } = await testApp('steady')
    const listener = new TestListener(port, { query: '?mode=together' })
    await listener.until(() => listener.packets.length > 0)
    const beforeUs = serverUs()
    const reply = await post(`${url}/api/sessions/main/transport`, { type: 'transport', action: 'pause' })
    const done = await reply.json()
    expect(done).toMatchObject({ action: 'pause', errorMs: null, backMs: 0, note: '' })
    expect(done.atUs).toBeGreaterThanOrEqual(beforeUs + 3e6)
    expect(done.atUs).toBeLessThanOrEqual(serverUs() + 3e6)
    expect(done.atUnixMs).toBeCloseTo(app.reference.toUnixMs(done.atUs), -1)
    await listener.until(() => listener.told('sync_state').at(-1)?.scheduled?.atUs === done.atUs)
    const atUnixMs = Math.round(done.atUnixMs) + 60_000
    const later = await (
      await post(`${url}/api/sessions/main/transport`, { action: 'pause', atUnixMs })
    ).json()
    expect(later.atUnixMs).toBeCloseTo(atUnixMs, -1)
  })

  test.each([
    [{ action: 'stop' }, 400, 'bad-request'],
    [{ action: 'pause', backMs: 'far' }, 400, 'bad-request'],
    [{ action: 'pause', now: true }, 400, 'bad-request'],
    [{ action: 'pause', inMs: 0 }, 409, 'too-soon'],
    [{ action: 'pause', atUnixMs: 0 }, 409, 'too-soon'],
    [{ action: 'pause', atUnixMs: 1e300 }, 409, 'too-late'],
    [{ action: 'live' }, 409, 'nothing-to-do'],
  ])('refuses %j with %i %s', async (body, status, reason) => {
    const { app, url, port } = await testApp('steady')
    const listener = new TestListener(port)
    await listener.until(() => listener.packets.length > 0)
    const reply = await post(`${url}/api/sessions/main/transport`, body)
    expect([reply.status, (await reply.json()).reason]).toEqual([status, reason])
    expect(app.session.room.together.timeline.scheduled(0)).toBeNull()
  })

  test('is not for other sites', async () => {
    const { url } = await testApp('steady')
    const headers = { origin: 'http://evil.example' }
    const reply = await post(`${url}/api/sessions/main/transport`, { action: 'pause' }, headers)
    expect([reply.status, (await reply.json()).reason]).toEqual([403, 'bad-origin'])
  })
})
