import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { TestListener, testApp } from '../fixtures/test-app.ts'
import { BEARABLE_MS } from './readiness.ts'

async function told(url: string, path: string) {
  const reply = await fetch(url + path)
  expect(reply.headers.get('cache-control')).toBe('no-store')
  return [reply.status, await reply.json()]
}

test('while the source plays it lives and is ready', async () => {
  const { url, port } = await testApp('steady')
  const listener = new TestListener(port)
  await listener.until(() => listener.packets.length > 0)
  expect(await told(url, '/health/live')).toMatchObject([200, { status: 'ok' }])
  expect(await told(url, '/health/ready')).toEqual([200, { status: 'ok', reasons: [] }])
  expect(await told(url, '/health')).toMatchObject([200, { status: 'ok', reasons: [] }])
})

test('while the source is on its way it is ready, and no longer when that takes too long', async () => {
  const { app, url } = await testApp('silent')
  const { quietSinceMs = Number.NaN } = app.session.status
  const clock = vi.spyOn(performance, 'now').mockReturnValue(quietSinceMs + BEARABLE_MS)
  expect(await told(url, '/health/ready')).toEqual([200, { status: 'degraded', reasons: [] }])
  clock.mockReturnValue(quietSinceMs + BEARABLE_MS + 1)
  const down = [503, { status: 'failed', reasons: ['source-down'] }]
  expect(await told(url, '/health/ready')).toEqual(down)
  expect(await told(url, '/health')).toMatchObject(down)
  expect(await told(url, '/health/live')).toMatchObject([200, { status: 'ok' }])
  clock.mockRestore()
  expect(app.session.status.state).toBe('starting')
})

test('a source that was given up is told at once; the server lives', async () => {
  const { app, url } = await testApp('refuses')
  if (app.session.status.state !== 'stopped') await once(app.capture, 'gave-up')
  const stopped = [503, { status: 'failed', reasons: ['source-stopped'] }]
  expect(await told(url, '/health/ready')).toEqual(stopped)
  expect(await told(url, '/health')).toMatchObject(stopped)
  expect(await told(url, '/health/live')).toMatchObject([200, { status: 'ok' }])
})

test('an encoder that does not come back is told', async () => {
  const { app, url, port } = await testApp('steady')
  const listener = new TestListener(port)
  await listener.until(() => listener.packets.length > 0)
  vi.spyOn(app.encoders, 'failedMs').mockReturnValue(BEARABLE_MS + 1)
  expect(await told(url, '/health/ready')).toEqual([503, { status: 'failed', reasons: ['encoder-down'] }])
})

test('that all places are taken is no fault', async () => {
  const { url, port } = await testApp('steady', { args: ['--max-listeners=1'] })
  const listener = new TestListener(port)
  await listener.until(() => listener.packets.length > 0)
  expect((await new TestListener(port).closed()).code).toBe(4503)
  expect(await told(url, '/health/ready')).toEqual([200, { status: 'ok', reasons: [] }])
})
