// Who asks says at once what for, and may let the rest come slowly: what counts is what they may when it is done.
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
// For the types they add to the app.
import '../plugins/access.ts'
import { TestListener, testApp } from '../fixtures/test-app.ts'

const FAR = { 'x-forwarded-for': '203.0.113.7' }
const BODY = JSON.stringify({ rung: 'opus-64' })

/** Has been let in, and waits for its body. */
async function asked(
  { app, url }: Awaited<ReturnType<typeof testApp>>,
  token: string,
): Promise<ClientRequest> {
  const headers = {
    ...FAR,
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': BODY.length,
  }
  const asking = request(`${url}/api/listeners/1/quality`, { method: 'PUT', headers })
  onTestFinished(() => void asking.destroy())
  const heard = once(app.server, 'request')
  asking.write(BODY.slice(0, 3))
  await heard
  // All that is done without the body is done.
  await setImmediate()
  return asking
}

/** The rest of the body comes. */
async function answered(asking: ClientRequest): Promise<{ status: number | undefined; reason: string }> {
  const response = once(asking, 'response')
  asking.end(BODY.slice(3))
  const [reply] = (await response) as [IncomingMessage]
  const { reason } = JSON.parse(String(await reply.setEncoding('utf8').toArray()))
  return { status: reply.statusCode, reason }
}

test('a link that is taken back while its body comes opens nothing any more', async () => {
  const served = await testApp('steady')
  const { app, port } = served
  const listener = new TestListener(port)
  await listener.until(() => listener.packets.length > 0)
  const { id, token } = await app.invites.create({ role: 'engineer' })
  const asking = await asked(served, token)
  await app.invites.revoke(id)
  expect(await answered(asking)).toEqual({ status: 401, reason: 'revoked-key' })
  expect(app.sessions.listener(1)?.wish).toBe('auto')
  expect(app.refusals['revoked-key']).toBe(1)
})

test('a number that is somebody else’s by the time the body is there is not changed', async () => {
  const served = await testApp('steady')
  const { app, port } = served
  const { token } = await app.invites.create({ role: 'engineer' })
  const asking = await asked(served, token)
  const { session } = app.sessions.create('')
  const listener = new TestListener(port, { query: `?session=${session.id}` })
  await listener.until(() => listener.packets.length > 0)
  expect(await answered(asking)).toEqual({ status: 403, reason: 'wrong-session' })
  expect(app.sessions.listener(1)?.wish).toBe('auto')
})
