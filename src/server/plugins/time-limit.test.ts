import { expect, test } from 'vitest'
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

test('a refusal tells the server clock too', async () => {
  const { url } = await testApp('steady')
  const reply = await fetch(`${url}/api/mix`, { headers: { 'x-forwarded-for': '203.0.113.7' } })
  expect(reply.status).toBe(401)
  expect(Number(reply.headers.get(SERVER_US_HEADER))).toBeGreaterThan(0)
})
