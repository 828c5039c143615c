import { expect, test } from 'vitest'
import { TestListener, testApp } from '../fixtures/test-app.ts'

const post = (url: string, listener: unknown, headers: Record<string, string> = {}, query = '') =>
  fetch(`${url}/api/measure${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ listener }),
  })

async function listening(port: number) {
  const listener = new TestListener(port)
  await listener.until(() => listener.told('audio_config').length > 0 && listener.packets.length > 0)
  const id = listener.told('audio_config')[0]?.listener as number
  return { listener, id }
}

test('a marker goes to the listener who asked, who is told of it before the packet it is in', async () => {
  const { port, url } = await testApp('marks')
  const { listener, id } = await listening(port)
  const response = await post(url, id)
  expect(response.status).toBe(200)
  const times = (await response.json()) as Record<string, number>
  await listener.until(() => listener.told('marker').length > 0)
  const { streamId, position } = times
  expect(listener.told('marker')).toMatchObject([{ streamId, position }])
  const positionOf = (packet: Buffer) => packet.readDoubleLE(16)
  await listener.until(() => listener.packets.some((packet) => positionOf(packet) === position))
  const { heard } = listener
  const named = heard.findIndex((one) => !Buffer.isBuffer(one) && one.type === 'marker')
  const came = heard.findIndex((one) => Buffer.isBuffer(one) && positionOf(one) === position)
  expect(named).toBeLessThan(came)
  expect(times['captureUs']).toBeLessThan(times['receivedUs'] as number)
  expect(times['receivedUs']).toBeLessThanOrEqual(times['sentUs'] as number)
})

test('two at once, and one right after another, are refused in words', async () => {
  const { port, url } = await testApp('marks')
  const { id } = await listening(port)
  const both = await Promise.all([post(url, id), post(url, id)])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  const again = await post(url, id)
  expect(again.status).toBe(429)
  expect(await again.json()).toMatchObject({ reason: 'too-soon' })
})

test('nobody measures who is not there, or who sends what is no number', async () => {
  const { url } = await testApp('marks')
  const unknown = await post(url, 999)
  expect(unknown.status).toBe(404)
  expect(await unknown.json()).toMatchObject({ reason: 'no-such-listener' })
  expect((await post(url, 'me')).status).toBe(400)
})

test('another site may not, and another computer needs the key of the session', async () => {
  const { port, url } = await testApp('marks', { args: ['--controller-key=0123456789abcdef'] })
  const { id } = await listening(port)
  const site = await post(url, id, { origin: 'https://elsewhere.example' })
  expect(site.status).toBe(403)
  expect(await site.json()).toMatchObject({ reason: 'bad-origin' })
  const far = { 'x-forwarded-for': '203.0.113.9' }
  const without = await post(url, id, far)
  expect(without.status).toBe(401)
  expect(await without.json()).toMatchObject({ reason: 'no-key' })
  expect((await post(url, id, far, '?key=0123456789abcdef')).status).toBe(200)
})
