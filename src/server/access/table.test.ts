// Every cell of the table: each route and message with each role and with none, over real sockets, as somebody far away.
import { once } from 'node:events'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { ClientMessage } from '../../shared/wire/client-schema.ts'
import { CLOSE } from '../../shared/wire/control.ts'
import { ROLES, type Role } from '../../shared/wire/room-messages.ts'
// For the types they add to the app.
import '../plugins/access.ts'
import { routesOf } from '../fixtures/routes-of.ts'
import { GOOD_REPORT } from '../fixtures/sync-report.ts'
import { TestListener, testApp } from '../fixtures/test-app.ts'
import { ACTIONS, type Action, MESSAGES } from './actions.ts'

const FAR = { 'x-forwarded-for': '203.0.113.7' }
const KEY = 'open-sesame'
/** The files of a page that was built. */
const ELSEWHERE = ['GET /*']

async function withLinks(args: string[] = []) {
  const served = await testApp('steady', {
    args: [`--controller-key=${KEY}`, '--max-upgrades=1000', ...args],
  })
  const { app } = served
  const other = app.sessions.create('Other').session.id
  const link = async (role: Role, session = 'main') => (await app.invites.create({ role, session })).token
  return { ...served, other, link }
}

/** The status, and the reason of a refusal. */
async function ask(
  url: string,
  action: string,
  key: string | undefined,
): Promise<[number, string | undefined]> {
  const [method = '', route = ''] = action.split(' ')
  const path = route.replace(':id/quality', '1/quality').replace(':id', 'main').replace(':name', 'A')
  const bearer = key === undefined ? {} : { authorization: `Bearer ${key}` }
  const reply = await fetch(url + path, { method, headers: { ...FAR, ...bearer } })
  const body = (await reply.json().catch(() => ({}))) as { reason?: string }
  return [reply.status, body.reason]
}

const rows = Object.entries(ACTIONS).filter((row): row is [string, Action] => row[1] !== 'open')

test('every route that is served has a row', async () => {
  const { app } = await testApp('steady')
  const missing = routesOf(app).filter((route) => ACTIONS[route] === undefined)
  expect(missing).toEqual([])
})

test('every row is a route that is served', async () => {
  const { app } = await testApp('steady')
  const served = [...routesOf(app), ...ELSEWHERE]
  expect(Object.keys(ACTIONS).filter((route) => !served.includes(route))).toEqual([])
})

describe('over HTTP', () => {
  test('nobody without a key gets in, but where the table is open', async () => {
    const { url } = await withLinks()
    for (const [action, row] of Object.entries(ACTIONS)) {
      const [status, reason] = await ask(url, action, undefined)
      if (row === 'open') expect([401, 403], action).not.toContain(status)
      else expect([action, status, reason]).toEqual([action, 401, 'no-key'])
    }
  })

  test.each([...ROLES])('a %s of main may what the table says, and nothing else', async (role) => {
    const { url, link } = await withLinks()
    const key = await link(role)
    for (const [action, { roles }] of rows) {
      const [status, reason] = await ask(url, action, key)
      if (roles.includes(role)) expect([401, 403], `${action}: ${reason}`).not.toContain(status)
      else expect([action, status, reason]).toEqual([action, 403, 'wrong-role'])
    }
  })

  test.each([...ROLES])('a %s of another session may nothing in main', async (role) => {
    const { url, other, link } = await withLinks()
    const key = await link(role, other)
    for (const [action, { roles, place }] of rows) {
      const [status, reason] = await ask(url, action, key)
      if (place === 'any' && roles.includes(role)) expect([401, 403], action).not.toContain(status)
      else
        expect([action, status, reason]).toEqual([
          action,
          403,
          place === 'any' ? 'wrong-role' : 'wrong-session',
        ])
    }
  })

  test('what the body names is looked at, too', async () => {
    const { app, url, port, other, link } = await withLinks()
    const post = async (path: string, role: Role, session: string, body: object) => {
      const headers = {
        ...FAR,
        authorization: `Bearer ${await link(role, session)}`,
        'content-type': 'application/json',
      }
      const reply = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
      return reply.status
    }
    const invite = { role: 'listener', session: other }
    expect(await post('/api/invites', 'controller', other, invite)).toBe(201)
    expect(await post('/api/invites', 'controller', other, { role: 'controller' })).toBe(403)
    expect(await post('/api/invites', 'controller', 'main', invite)).toBe(403)
    const listener = new TestListener(port)
    await listener.until(() => listener.told('audio_config').length > 0)
    const [{ id } = { id: 0 }] = [...app.session.present]
    expect(await post('/api/measure', 'controller', other, { listener: id })).toBe(403)
  })
})

describe('over WebSockets', () => {
  const MAY: Record<Role, readonly Role[]> = {
    listener: ['listener'],
    engineer: ['engineer', 'listener'],
    controller: ROLES,
  }
  async function upgraded(port: number, path: string): Promise<number> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: FAR })
    onTestFinished(() => socket.terminate())
    socket.on('error', () => {})
    return Promise.race([
      once(socket, 'open').then(() => 101),
      once(socket, 'unexpected-response').then(([, { statusCode }]) => statusCode as number),
    ])
  }

  test.each(ROLES.flatMap((has) => ROLES.map((wants) => [has, wants] as const)))(
    'who has the link of a %s and wants to be %s',
    async (has, wants) => {
      const { port, other, link } = await withLinks()
      const key = await link(has)
      const path = `/ws/audio?role=${wants}`
      expect(await upgraded(port, `${path}&key=${key}`)).toBe(MAY[has].includes(wants) ? 101 : 403)
      expect(await upgraded(port, path)).toBe(401)
      const elsewhere = has === 'controller' && wants !== 'controller' ? 101 : 403
      expect(await upgraded(port, `${path}&session=${other}&key=${key}`)).toBe(elsewhere)
    },
  )

  test.each([...ROLES])('the console is for a %s as the table says', async (role) => {
    const { port, link } = await withLinks()
    const allowed = (ACTIONS['GET /ws/console'] as Action).roles.includes(role)
    expect(await upgraded(port, `/ws/console?key=${await link(role)}`)).toBe(allowed ? 101 : 403)
  })

  const EACH: { [T in ClientMessage['type']]: Extract<ClientMessage, { type: T }> } = {
    time_sync_batch: { type: 'time_sync_batch', samples: [{ id: 1, clientSentMs: 1 }] },
    receipt: {
      ...{ type: 'receipt', streamId: 0, position: 0, packets: 0, bytes: 0 },
      ...{ latenessMs: 0, targetMs: 0, episodes: 0, opus: false },
    },
    set_quality: { type: 'set_quality', rung: 'pcm16' },
    set_mode: { type: 'set_mode', mode: 'together' },
    sync_report: GOOD_REPORT,
    transport: { type: 'transport', action: 'pause' },
    set_room: { type: 'set_room', steadyMs: 6000 },
  }

  test.each(ROLES.flatMap((role) => Object.keys(MESSAGES).map((type) => [role, type] as const)))(
    'a %s who sends %s is obeyed or told that it may not',
    async (role, name) => {
      const type = name as ClientMessage['type']
      const { app, port, link } = await withLinks()
      const query = `?role=${role}&mode=together&key=${await link(role)}`
      const listener = new TestListener(port, { query, headers: FAR })
      await listener.until(() => listener.packets.length > 0)
      listener.socket.send(JSON.stringify(EACH[type]))
      // Answered after it: whatever was to be said of the message has been said by then.
      listener.socket.send(
        JSON.stringify({ type: 'time_sync_batch', samples: [{ id: 77, clientSentMs: 1 }] }),
      )
      await listener.until(() =>
        listener.told('time_sync_batch').some(({ samples }) => samples[0]?.id === 77),
      )
      const forbidden = listener.told('error').filter(({ reason }) => reason === 'forbidden')
      expect(forbidden).toHaveLength(MESSAGES[type].includes(role) ? 0 : 1)
      if (type === 'set_room') expect(app.session.room.steady.fixedMs).toBe(role === 'listener' ? 5000 : 6000)
    },
  )
})

describe('a link that opens nothing any more', () => {
  let nowMs = 0
  beforeAll(() => {
    nowMs = Date.now()
  })

  test.each([
    ['expired', 'expired-key'],
    ['taken back', 'revoked-key'],
    ['made up', 'bad-key'],
  ])('%s: 401, and why', async (what, reason) => {
    const { app, url } = await withLinks()
    const made = await app.invites.create(
      { role: 'listener' },
      what === 'expired' ? nowMs - 86_400_000 : nowMs,
    )
    if (what === 'taken back') await app.invites.revoke(made.id)
    const key = what === 'made up' ? 'nonsense' : made.token
    expect(await ask(url, 'GET /api/access', key)).toEqual([401, reason])
    expect(app.refusals[reason as 'bad-key']).toBe(1)
  })

  test('taken back, it ends who is connected by it, and nobody else', async () => {
    const { app, url, port, link } = await withLinks()
    const made = await app.invites.create({ role: 'listener' })
    const goes = new TestListener(port, { query: `?key=${made.token}`, headers: FAR })
    const stays = new TestListener(port, { query: `?key=${await link('listener')}`, headers: FAR })
    await Promise.all([goes, stays].map((one) => one.until(() => one.packets.length > 0)))
    const closed = goes.closed()
    const reply = await fetch(`${url}/api/invites/${made.id}`, {
      method: 'DELETE',
      headers: { ...FAR, authorization: `Bearer ${KEY}` },
    })
    expect(reply.status).toBe(204)
    expect(await closed).toEqual({ code: CLOSE.forbidden, reason: expect.stringContaining('taken back') })
    const heard = stays.packets.length
    await stays.until(() => stays.packets.length > heard + 3)
    expect(app.guests.size).toBe(1)
  })

  test('ended, it ends who is connected by it', async () => {
    const { app, port } = await withLinks()
    const made = await app.invites.create({ role: 'listener', hours: 1 })
    const listener = new TestListener(port, { query: `?key=${made.token}`, headers: FAR })
    await listener.until(() => listener.packets.length > 0)
    const closed = listener.closed()
    app.guests.look(made.expiresMs - 1)
    expect(listener.socket.readyState).toBe(WebSocket.OPEN)
    app.guests.look(made.expiresMs)
    expect(await closed).toEqual({ code: CLOSE.forbidden, reason: expect.stringContaining('has expired') })
  })
})

test('an invite that somebody passes on ends no later than their own', async () => {
  const { app, url } = await withLinks()
  const own = await app.invites.create({ role: 'controller', hours: 1 })
  const reply = await fetch(`${url}/api/invites`, {
    method: 'POST',
    headers: { ...FAR, authorization: `Bearer ${own.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'controller', hours: 999 }),
  })
  const made = (await reply.json()) as { expiresAt: string; url: string }
  expect(Date.parse(made.expiresAt)).toBe(own.expiresMs)
  expect(made.url).toMatch(/^\/console\?invite=eyJ/)
  const headers = { authorization: `Bearer ${KEY}`, ...FAR }
  const listed = await (await fetch(`${url}/api/invites`, { headers })).text()
  expect(JSON.parse(listed).invites).toHaveLength(2)
  expect(listed).not.toContain('eyJ')
})
