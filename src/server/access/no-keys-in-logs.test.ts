// Whatever is asked, with whatever key in whatever place: at its most talkative, the log has none of them, nor has an answer.
import { once } from 'node:events'
import { Writable } from 'node:stream'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { TestListener, testApp } from '../fixtures/test-app.ts'
import { logOptions } from '../logger.ts'

const FAR = { 'x-forwarded-for': '203.0.113.7' }
const KEY = 'open-sesame-of-main'
const WRONG = 'a-key-of-somewhere-else'

test('no key is in the log of a run, nor in what is refused', async () => {
  let log = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log += chunk
      done()
    },
  })
  const { app, url, port } = await testApp('steady', {
    args: [`--controller-key=${KEY}`],
    logger: pino(logOptions('trace'), stream),
  })
  const { key: sessionKey } = app.sessions.create('')
  const good = await app.invites.create({ role: 'engineer' })
  const revoked = await app.invites.create({ role: 'listener' })
  await app.invites.revoke(revoked.id)
  const keys = [KEY, WRONG, sessionKey, good.token, revoked.token]

  let answers = ''
  const ask = async (path: string, init: RequestInit = {}) => {
    const reply = await fetch(url + path, { ...init, headers: { ...FAR, ...(init.headers ?? {}) } })
    answers += (await reply.text()) + JSON.stringify([...reply.headers])
  }
  for (const key of keys) {
    await ask(`/api/listeners?key=${key}`)
    await ask('/api/listeners', { headers: { authorization: `Bearer ${key}` } })
    await ask(`/?invite=${key}`)
    await ask(`/nowhere?key=${key}&invite=${key}`)
    await ask(`/api/mix?key=${key}`, {
      method: 'PUT',
      body: '{',
      headers: { 'content-type': 'application/json' },
    })
    await ask(`/ws/audio?key=${key}`)
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/audio?role=controller&key=${key}`, {
      headers: FAR,
    })
    onTestFinished(() => socket.terminate())
    socket.on('error', () => {})
    await Promise.race([once(socket, 'open'), once(socket, 'unexpected-response')])
    socket.terminate()
    app.log.error(new Error(`what a library says of http://a/?key=${key}`))
    app.log.info({ url: `/?invite=${key}`, headers: { authorization: `Bearer ${key}` } }, 'what it was asked')
  }
  const listener = new TestListener(port, { query: `?key=${good.token}`, headers: FAR })
  await listener.until(() => listener.packets.length > 0)
  await app.close()

  expect(log).toContain('what a library says')
  for (const key of keys) {
    expect(log.includes(key), `the log has ${key}`).toBe(false)
    expect(answers.includes(key), `an answer has ${key}`).toBe(false)
  }
  const [, , seal = ''] = good.token.split('.')
  expect(log).not.toContain(seal)
})
