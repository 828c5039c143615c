import { expect, test } from 'vitest'
import { TestListener, testApp } from '../fixtures/test-app.ts'

/** As a proxy on this computer passes it on for somebody who is not. */
const FAR = { 'x-forwarded-for': '203.0.113.7' }

function put(url: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(`${url}/api/sessions/main/room`, {
    method: 'PUT',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
}

test('a console that does not listen sets the room, and its members are told', async () => {
  const { url, port } = await testApp('steady')
  const listener = new TestListener(port, { query: '?mode=together' })
  await listener.until(() => listener.told('sync_state').some(({ delay }) => delay !== undefined))
  const reply = await put(url, { fixedDelayMs: 321, steadyMs: 8000, pauseWhenLow: true })
  expect([reply.status, await reply.json()]).toEqual([
    200,
    { fixedDelayMs: 321, steadyMs: 8000, pauseWhenLow: true },
  ])
  await listener.until(() => listener.told('sync_state').at(-1)?.delay?.toMs === 321)
  const view = await (await fetch(`${url}/api/sessions/main`)).json()
  expect(view).toMatchObject({ pauseWhenLow: true, together: { fixedMs: 321 }, steady: { fixedMs: 8000 } })
  expect(await (await put(url, { fixedDelayMs: null })).json()).toMatchObject({ fixedDelayMs: null })
})

test('what makes no sense, or is not for this computer, changes nothing', async () => {
  const { app, url } = await testApp('steady')
  const refused = async (body: unknown, headers = {}) => {
    const reply = await put(url, body, headers)
    return [reply.status, (await reply.json()).reason]
  }
  expect(await refused({ steadyMs: 500 })).toEqual([400, 'bad-request'])
  expect(await refused({ steadyMs: 2000, quick: true })).toEqual([400, 'bad-request'])
  expect(await refused({ steadyMs: 2000 }, FAR)).toEqual([401, 'no-key'])
  expect(await refused({ steadyMs: 2000 }, { origin: 'http://evil.example' })).toEqual([403, 'bad-origin'])
  expect(app.session.room.steady.fixedMs).toBe(5000)
})
