// Invites over HTTP: what is told when, and what can not be. Who may is in access/table.test.ts.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MOST_INVITES } from '../access/invite-book.ts'
import { testApp, testDataDir } from '../fixtures/test-app.ts'

const WISH = { role: 'listener' }

async function served(dataDir = testDataDir()) {
  const { app, url } = await testApp('steady', { args: [`--data-dir=${dataDir}`] })
  const ask = async (method: string, path = '', body?: object) => {
    const sent = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const reply = await fetch(`${url}/api/invites${path}`, { method, ...sent })
    return { status: reply.status, ...(reply.status === 204 ? {} : await reply.json()) }
  }
  return { app, ask }
}

test('the link is told once, the list has none, and one that is taken back is not in it', async () => {
  const { ask } = await served()
  const made = await ask('POST', '', WISH)
  expect(made).toMatchObject({ status: 201, role: 'listener', session: 'main' })
  expect(made.url).toMatch(/^\/\?invite=eyJ/)
  expect(made).not.toHaveProperty('origin')
  const list = await ask('GET')
  expect(list.invites).toEqual([expect.objectContaining({ id: made.id })])
  expect(JSON.stringify(list)).not.toContain('eyJ')
  expect(await ask('DELETE', `/${made.id}`)).toEqual({ status: 204 })
  expect((await ask('GET')).invites).toEqual([])
  expect(await ask('DELETE', `/${made.id}`)).toMatchObject({ status: 404, reason: 'no-such-invite' })
})

test('where others find the server by itself, the answer says it', async () => {
  const { app, ask } = await served()
  app.lanOrigin = () => 'https://10.0.0.7:8080'
  expect(await ask('POST', '', WISH)).toMatchObject({ status: 201, origin: 'https://10.0.0.7:8080' })
})

test('a link of a room that has ended works no more, and is not listed', async () => {
  const { app, ask } = await served()
  const { session } = app.sessions.create('')
  expect(await ask('POST', '', { ...WISH, session: session.id })).toMatchObject({ status: 201 })
  expect((await ask('GET')).invites).toHaveLength(1)
  await app.sessions.remove(session.id, () => {})
  expect((await ask('GET')).invites).toEqual([])
})

test('there are as many as there may be: 409', async () => {
  const dataDir = testDataDir()
  mkdirSync(dataDir)
  const one = { ...WISH, session: 'main', createdMs: 0, expiresMs: Date.now() + 3600e3 }
  const invites = Array.from({ length: MOST_INVITES }, (_, i) => ({ ...one, id: String(i) }))
  writeFileSync(join(dataDir, 'invites.json'), JSON.stringify({ version: 1, invites }))
  const { ask } = await served(dataDir)
  expect(await ask('POST', '', WISH)).toMatchObject({ status: 409, reason: 'invites-full' })
})

test('nothing can be kept: 500, and there is no link', async () => {
  const dataDir = testDataDir()
  writeFileSync(dataDir, '')
  const { ask } = await served(dataDir)
  expect(await ask('POST', '', WISH)).toMatchObject({ status: 500, reason: 'not-writable' })
  expect((await ask('GET')).invites).toEqual([])
})

test.each([{}, { role: 'owner' }, { ...WISH, hours: 0 }, { ...WISH, hours: 1e9 }, { ...WISH, for: 'Bo' }])(
  '%j is no invite: 400',
  async (body) => {
    const { ask } = await served()
    expect(await ask('POST', '', body)).toMatchObject({ status: 400 })
  },
)

test('a room that is not there: 404', async () => {
  const { ask } = await served()
  expect(await ask('POST', '', { ...WISH, session: 'nowhere' })).toMatchObject({ status: 404 })
})
