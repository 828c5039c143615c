import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { CaptureView } from '../../shared/wire/console-messages.ts'
import { TestListener, testApp, testDataDir } from '../fixtures/test-app.ts'

const KEY = 'a-key-of-eight'

function client(url: string, headers: Record<string, string> = {}) {
  return async (method: string, path: string, body?: unknown) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const reply = await fetch(url + path, { method, ...sent, headers: { ...headers, ...type } })
    return { status: reply.status, ...((await reply.json()) as CaptureView & { reason: string }) }
  }
}

async function playing(args: string[] = []) {
  const { app, ...rest } = await testApp('chooses', { args })
  while (app.session.status.state !== 'running' || app.session.status.levels === undefined)
    await once(app.capture, 'levels')
  return { app, ...rest, ask: client(rest.url) }
}

test('the source, its child and the inputs there are can be looked at', async () => {
  const { app, ask } = await playing()
  expect(await ask('GET', '/api/capture')).toEqual({
    status: 200,
    state: 'running',
    message: '',
    wanted: true,
    capture: 'auto',
    device: 'MONTAGE',
    hasCommand: false,
    source: expect.objectContaining({ input: 'device', name: 'MONTAGE', channels: 8 }),
    streamId: app.session.status.streamId,
    restarts: 0,
    child: {
      pid: app.capture.pid,
      upSeconds: expect.any(Number),
      cpuPercent: 3.5,
      rssMb: 51.2,
      counters: expect.objectContaining({ blocks: 1, overflows: 0 }),
      intervals: { edgesMs: [2, 4], counts: [1, 2, 3] },
    },
    devices: [
      { name: 'MONTAGE', channels: 8, rateHz: 44100, api: 'ALSA' },
      { name: 'Scarlett', channels: 8, rateHz: 44100, api: 'ALSA' },
    ],
  })
})

test('stopped, listeners are told why and the server goes on; started, they hear a new stream', async () => {
  const { app, port, url, ask } = await playing()
  const listener = new TestListener(port)
  await listener.until(() => listener.packets.length > 0)
  const first = app.session.status.streamId as number
  expect(await ask('PUT', '/api/capture', { wanted: false })).toMatchObject({
    status: 200,
    state: 'stopped',
    message: 'The capture was stopped from the console.',
    wanted: false,
    child: null,
  })
  const states = () => listener.told('source_state').map(({ state }) => state)
  await listener.until(() => states().includes('stopped'))
  const health = await fetch(`${url}/health`)
  expect([health.status, await health.json()]).toMatchObject([
    503,
    { status: 'failed', reasons: ['source-stopped'] },
  ])
  expect(await ask('PUT', '/api/capture', { wanted: true })).toMatchObject({
    state: 'starting',
    wanted: true,
  })
  await listener.until(() => listener.told('audio_config').some(({ streamId }) => streamId > first))
  await listener.until(() => states().at(-1) === 'running')
  expect(states()).toEqual(['running', 'stopped', 'starting', 'running'])
})

test('a device that came late is played without a new start of the server', async () => {
  const { app, ask } = await playing(['--capture-device=Scar', '--capture=synth'])
  const ready = once(app.capture, 'ready')
  expect(await ask('PUT', '/api/capture', { capture: 'device' })).toMatchObject({
    status: 200,
    capture: 'device',
    device: 'Scar',
  })
  expect((await ready)[0].name).toBe('Scarlett')
})

test('a device that is not there is tried again, says so, and another can be chosen', async () => {
  const { app, ask } = await playing()
  const down = once(app.capture, 'down')
  await ask('PUT', '/api/capture', { capture: 'device', device: ' MODX ' })
  await down
  expect(await ask('GET', '/api/capture')).toMatchObject({
    state: 'restarting',
    device: 'MODX',
    message: 'No input named "MODX" was found. Trying again.',
  })
  const ready = once(app.capture, 'ready')
  await ask('PUT', '/api/capture', { device: 'MONTAGE' })
  expect((await ready)[0].name).toBe('MONTAGE')
})

test('what was chosen plays after a new start, too, and whether it was stopped is forgotten', async () => {
  const args = [`--data-dir=${testDataDir()}`]
  const { app, ask } = await playing(args)
  const ready = once(app.capture, 'ready')
  await ask('PUT', '/api/capture', { device: 'Scar' })
  await ready
  await ask('PUT', '/api/capture', { wanted: false })
  await app.close()
  const { ask: askAgain } = await playing(args)
  expect(await askAgain('GET', '/api/capture')).toMatchObject({
    ...{ wanted: true, capture: 'auto', device: 'Scar' },
    source: { name: 'Scarlett' },
  })
})

test('a command that the server was started with can be chosen, and the view says that there is one', async () => {
  const { ask } = await playing(['--capture=synth', '--capture-command=cat'])
  expect(await ask('GET', '/api/capture')).toMatchObject({ capture: 'synth', hasCommand: true })
  expect(await ask('PUT', '/api/capture', { capture: 'command' })).toMatchObject({
    ...{ status: 200, capture: 'command', hasCommand: true },
  })
})

test('looking for devices tells what is there, or why nobody can say', async () => {
  const { ask } = await playing(['--capture=synth'])
  expect((await ask('POST', '/api/capture/devices')).devices).toHaveLength(2)
  const { url } = await testApp('refuses')
  expect(await client(url)('POST', '/api/capture/devices')).toMatchObject({
    status: 503,
    reason: 'can-not-look',
    message: 'No device is called MONTAGE.',
  })
})

test.each([
  ['nothing', {}, 400, 'bad-request'],
  ['a source of another kind', { capture: 'radio' }, 400, 'bad-request'],
  ['a device without a name', { device: ' ' }, 400, 'bad-request'],
  ['a name with a line break', { device: 'a\nb' }, 400, 'bad-request'],
  ['a command that nobody has set', { capture: 'command' }, 409, 'no-command'],
])('%s is refused, and what plays goes on', async (_what, body, status, reason) => {
  const { app, ask } = await playing()
  const { pid } = app.capture
  expect(await ask('PUT', '/api/capture', body)).toMatchObject({ status, reason })
  expect(app.capture.pid).toBe(pid)
})

test('other sites may not, and from another computer it takes the key', async () => {
  const { url } = await playing([`--controller-key=${KEY}`])
  const body = { wanted: false }
  const evil = client(url, { origin: 'http://evil.example' })
  expect(await evil('PUT', '/api/capture', body)).toMatchObject({ status: 403, reason: 'bad-origin' })
  const far = client(url, { 'x-forwarded-for': '192.0.2.7' })
  expect(await far('PUT', '/api/capture', body)).toMatchObject({ status: 401, reason: 'no-key' })
  expect(await far('POST', '/api/capture/devices')).toMatchObject({ status: 401 })
  expect((await far('PUT', `/api/capture?key=${KEY}`, body)).status).toBe(200)
})
