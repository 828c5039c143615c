import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test, vi } from 'vitest'
import { BY_US_HEADER, SERVER_US_HEADER } from '../../shared/wire/time-limit.ts'
import { testApp } from '../fixtures/test-app.ts'

async function put(url: string, byUs: string) {
  const reply = await fetch(`${url}/api/mix`, {
    method: 'PUT',
    body: JSON.stringify({ gains: [Array(8).fill(1), Array(8).fill(0.5)] }),
    headers: { 'content-type': 'application/json', [BY_US_HEADER]: byUs },
  })
  return [reply.status, (await reply.json()).reason]
}

test('every answer of the API tells the server clock, and what comes later than it was to count is not done', async () => {
  const { url } = await testApp('steady')
  const before = await fetch(`${url}/api/mix`)
  const serverUs = Number(before.headers.get(SERVER_US_HEADER))
  expect(Math.abs(serverUs / 1000 - Number(process.hrtime.bigint()) / 1e6)).toBeLessThan(60_000)
  const { gains } = await before.json()
  expect(await put(url, String(serverUs))).toEqual([409, 'too-old'])
  expect((await (await fetch(`${url}/api/mix`)).json()).gains).toEqual(gains)
  expect(await put(url, String(serverUs + 60e6))).toEqual([200, undefined])
})

test.each(['', 'soon', 'NaN', 'Infinity'])('"%s" is no time', async (byUs) => {
  const { url } = await testApp('steady')
  expect(await put(url, byUs)).toEqual([400, 'bad-request'])
})

test('whoever is not let in is not told for how long this computer has been up', async () => {
  const { url } = await testApp('steady')
  const reply = await fetch(`${url}/api/mix`, { headers: { 'x-forwarded-for': '203.0.113.7' } })
  expect(reply.status).toBe(401)
  expect(reply.headers.get(SERVER_US_HEADER)).toBeNull()
})

test('what is late may be the body', async () => {
  const { url } = await testApp('steady')
  const serverUs = Number((await fetch(`${url}/api/mix`)).headers.get(SERVER_US_HEADER))
  const { host, hostname, port } = new URL(url)
  const body = JSON.stringify({ gains: [Array(8).fill(1), Array(8).fill(0.5)] })
  const socket = connect(Number(port), hostname)
  const byUs = Math.round(serverUs + 200_000)
  socket.write(
    [
      'PUT /api/mix HTTP/1.1',
      `host: ${host}`,
      'content-type: application/json',
      `${BY_US_HEADER}: ${byUs}`,
      `content-length: ${body.length}`,
      '\r\n',
    ].join('\r\n'),
  )
  await vi.waitUntil(() => Number(process.hrtime.bigint()) / 1000 > byUs)
  socket.write(body)
  const [answer] = await once(socket, 'data')
  socket.destroy()
  expect(String(answer)).toMatch(/^HTTP\/1.1 409 /)
})
