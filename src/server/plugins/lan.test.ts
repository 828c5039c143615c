import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import fp from 'fastify-plugin'
import { expect, onTestFinished, test } from 'vitest'
import lan from './lan.ts'

test.each([
  ['10.0.0.7', 'https://10.0.0.7'],
  ['fd00::7', 'https://[fd00::7]'],
])('others find it at %s, and the terminal shows an invite to that', async (best, at) => {
  const app = Fastify()
  onTestFinished(() => app.close())
  app.decorate('basePath', '/backline')
  const invites = { create: async () => ({ path: '/?invite=t' }) }
  app.decorate('invites', invites as never)
  await app.register(fp(async () => {}, { name: 'invites' }))
  const shown: string[] = []
  await app.register(lan, {
    names: () => ({ best }) as never,
    fingerprint: () => undefined,
    terminal: (text) => shown.push(text),
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  expect(app.lanOrigin?.()).toBe(`${at}:${port}`)
  expect(shown.join('')).toContain(`${at}:${port}/backline/?invite=t`)
})
