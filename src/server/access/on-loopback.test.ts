// What is open on this computer, and the setting that closes it.
import pino from 'pino'
import { expect, test } from 'vitest'
import { TestListener, testApp } from '../fixtures/test-app.ts'

const KEY = 'open-sesame'

test('with OPEN_ON_LOOPBACK=false it takes a key on this computer, too, and limits hold', async () => {
  const { app, url, port } = await testApp('steady', {
    args: ['--open-on-loopback=false', `--controller-key=${KEY}`, '--max-address-listeners=1'],
  })
  const status = async (path: string, headers = {}) => (await fetch(url + path, { headers })).status
  expect(await status('/health/ready')).not.toBe(401)
  expect(await status('/api/sessions')).toBe(401)
  expect(await status('/api/sessions', { authorization: `Bearer ${KEY}` })).toBe(200)
  const { token } = await app.invites.create({ role: 'listener' })
  const listener = new TestListener(port, { query: `?key=${token}` })
  await listener.until(() => listener.packets.length > 0)
  expect((await new TestListener(port, { query: `?key=${token}` }).closed()).reason).toContain('your network')
})

test('a page of another address that comes by this computer may be behind a proxy that hides: said once', async () => {
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  const { app, url } = await testApp('steady', { logger })
  const from = async (headers: Record<string, string>) =>
    (await fetch(`${url}/api/mix`, { method: 'PUT', headers })).status
  expect(await from({ origin: 'https://sound.example', 'x-forwarded-for': '192.0.2.7' })).toBe(403)
  expect(lines.join('')).not.toContain('OPEN_ON_LOOPBACK')
  for (let i = 0; i < 2; i++) expect(await from({ origin: 'https://sound.example' })).toBe(403)
  await app.close()
  expect(lines.join('').split('OPEN_ON_LOOPBACK=false')).toHaveLength(2)
})
