import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Strip } from '../../shared/mix-strips.ts'
import type { MixView } from '../../shared/wire/console-messages.ts'
import { testApp, testDataDir } from '../fixtures/test-app.ts'

const KEY = 'a-key-of-eight'

function strips(over: Partial<Strip> = {}, channels = 8): Strip[] {
  return Array.from({ length: channels }, () => ({ gainDb: 0, pan: 0, mute: false, solo: false, ...over }))
}

function client(url: string, headers: Record<string, string> = {}) {
  return async (method: string, path: string, body?: unknown) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const reply = await fetch(url + path, { method, ...sent, headers: { ...headers, ...type } })
    return {
      status: reply.status,
      ...((await reply.json()) as MixView & { reason: string; message: string }),
    }
  }
}

const preset = (name: string) => `/api/mix/presets/${encodeURIComponent(name)}`

test('strips that were put are what is got, and come to gains', async () => {
  const { url, app } = await testApp('steady')
  const ask = client(url)
  const wanted = strips({ pan: -1 })
  ;(wanted[1] as Strip).gainDb = -6
  ;(wanted[2] as Strip).mute = true
  const { gains, ...view } = await ask('PUT', '/api/mix', { strips: wanted })
  expect(view).toEqual({ status: 200, strips: wanted, isOwn: false, presets: [], preset: null })
  expect(gains[0]?.slice(0, 3)).toEqual([1, 10 ** (-6 / 20), 0])
  expect(gains[1]).toEqual(Array(8).fill(0))
  expect(app.capture.gains).toEqual(gains)
})

test('a strip says only what is to change', async () => {
  const { url } = await testApp('steady')
  const ask = client(url)
  await ask('PUT', '/api/mix', { strips: strips({ pan: -1 }) })
  const changes = [{ mute: true }, ...Array(6).fill({}), { gainDb: -6 }]
  const { status, strips: set } = await ask('PUT', '/api/mix', { strips: changes })
  expect(status).toBe(200)
  expect(set).toEqual(changes.map((change) => ({ ...strips({ pan: -1 })[0], ...change })))
})

test('before anybody has set anything, strips show the gains of the settings', async () => {
  const { url } = await testApp('steady')
  const { strips: shown, isOwn } = await client(url)('GET', '/api/mix')
  expect(shown.slice(0, 3).map(({ gainDb, pan }) => [gainDb, pan])).toEqual([
    [0, -1],
    [0, 1],
    [-60, 0],
  ])
  expect(isOwn).toBe(false)
})

test.each([
  ['both at once', { strips: strips(), gains: [Array(8).fill(1), Array(8).fill(1)] }, 'bad-request'],
  ['nothing', {}, 'bad-request'],
  ['louder than 12 dB', { strips: strips({ gainDb: 12.1 }) }, 'bad-request'],
  ['panned beyond the side', { strips: strips({ pan: -1.01 }) }, 'bad-request'],
  ['a control that no strip has', { strips: [{ gain: 1 }, ...strips({}, 7)] }, 'bad-request'],
  ['of seven strips', { strips: strips({}, 7) }, 'bad-mix'],
])('%s is refused and changes nothing', async (_what, body, reason) => {
  const { url, app } = await testApp('steady')
  const before = app.capture.gains
  expect(await client(url)('PUT', '/api/mix', body)).toMatchObject({ status: 400, reason })
  expect(app.capture.gains).toBe(before)
})

test('from another computer a mix takes the key, and so does looking at it', async () => {
  const { url } = await testApp('steady', { args: [`--controller-key=${KEY}`] })
  const ask = client(url, { 'x-forwarded-for': '192.0.2.7' })
  expect((await ask('GET', '/api/mix')).status).toBe(401)
  expect(await ask('PUT', '/api/mix', { strips: strips() })).toMatchObject({
    status: 401,
    reason: 'no-key',
  })
  expect((await ask('PUT', preset('A'))).status).toBe(401)
  expect((await ask('PUT', `/api/mix?key=${KEY}`, { strips: strips() })).status).toBe(200)
})

test('a mix is saved under a name, loaded, and named as long as nothing is changed', async () => {
  const dataDir = testDataDir()
  const { url, app } = await testApp('steady', { args: [`--data-dir=${dataDir}`] })
  const ask = client(url)
  const quiet = strips({ gainDb: -20 })
  await ask('PUT', '/api/mix', { strips: quiet })
  expect(await ask('PUT', preset('Late / quiet 🎹'))).toMatchObject({
    status: 200,
    presets: ['Late / quiet 🎹'],
    preset: 'Late / quiet 🎹',
  })
  expect((await ask('PUT', '/api/mix', { strips: quiet })).preset).toBe('Late / quiet 🎹')
  expect((await ask('PUT', '/api/mix', { strips: strips() })).preset).toBeNull()
  expect(await ask('POST', `${preset('Late / quiet 🎹')}/load`)).toMatchObject({
    preset: 'Late / quiet 🎹',
    strips: quiet,
  })
  expect(app.capture.gains[0]?.[0]).toBeCloseTo(0.1, 10)
  expect(readdirSync(dataDir)).toEqual(['mix-presets.json'])

  const again = await testApp('steady', { args: [`--data-dir=${dataDir}`] })
  const askAgain = client(again.url)
  expect(await askAgain('GET', '/api/mix/presets')).toMatchObject({
    presets: ['Late / quiet 🎹'],
    preset: null,
  })
  expect((await askAgain('DELETE', preset('Late / quiet 🎹'))).presets).toEqual([])
  expect(await askAgain('POST', `${preset('Late / quiet 🎹')}/load`)).toMatchObject({
    status: 404,
    reason: 'no-such-preset',
  })
})

test.each([
  ['blanks', '   '],
  ['41 characters', 'x'.repeat(41)],
  ['a line break', 'a\nb'],
])('a name of %s is refused', async (_what, name) => {
  const { url } = await testApp('steady')
  expect(await client(url)('PUT', preset(name))).toMatchObject({ status: 400, reason: 'bad-name' })
})

test('40 characters are enough in any script', async () => {
  const { url } = await testApp('steady')
  expect((await client(url)('PUT', preset('🎹'.repeat(40)))).presets).toEqual(['🎹'.repeat(40)])
})

test('100 presets, and no more; one of them can still be saved over', async () => {
  const { url } = await testApp('steady')
  const ask = client(url)
  for (let i = 0; i < 100; i++) await ask('PUT', preset(`${i}`))
  expect(await ask('PUT', preset('one more'))).toMatchObject({ status: 409, reason: 'presets-full' })
  expect((await ask('PUT', preset('7'))).presets).toHaveLength(100)
})

test('what can not be saved is said in words, and the mix stays', async () => {
  const dataDir = testDataDir()
  writeFileSync(dataDir, 'a file where the folder should be')
  const { url } = await testApp('steady', { args: [`--data-dir=${dataDir}`] })
  const ask = client(url)
  const wanted = strips({ gainDb: -3 })
  await ask('PUT', '/api/mix', { strips: wanted })
  expect(await ask('PUT', preset('A'))).toMatchObject({
    status: 500,
    reason: 'not-writable',
    message: expect.stringContaining(dataDir),
  })
  expect(await ask('GET', '/api/mix')).toMatchObject({ strips: wanted, presets: [], preset: null })
})

test('a full disk is said, and leaves no half a file', async () => {
  const dataDir = testDataDir()
  mkdirSync(dataDir)
  symlinkSync('/dev/full', join(dataDir, 'mix-presets.json.tmp'))
  const { url } = await testApp('steady', { args: [`--data-dir=${dataDir}`] })
  expect(await client(url)('PUT', preset('A'))).toMatchObject({
    status: 507,
    reason: 'disk-full',
    message: 'It was not saved: the disk of the server is full.',
  })
  expect(readdirSync(dataDir)).toEqual([])
})

test('a solo on a channel that another source does not have silences nothing, and comes back with it', async () => {
  const { url, app } = await testApp('chooses', { args: ['--capture=synth'] })
  while (app.session.status.state !== 'running') await once(app.capture, 'packet')
  const ask = client(url)
  const wanted = strips({ gainDb: -6 })
  ;(wanted[7] as Strip).solo = true
  await ask('PUT', '/api/mix', { strips: wanted })
  const ready = once(app.capture, 'ready')
  await ask('PUT', '/api/capture', { capture: 'device', device: 'Scar' })
  await ready
  expect(await ask('GET', '/api/mix')).toMatchObject({
    strips: wanted.slice(0, 2),
    gains: [Array(2).fill(10 ** -0.3), Array(2).fill(10 ** -0.3)],
  })
  const back = once(app.capture, 'ready')
  await ask('PUT', '/api/capture', { capture: 'synth' })
  await back
  const { strips: shown, gains } = await ask('GET', '/api/mix')
  expect(shown).toEqual(wanted)
  expect(gains[0]).toEqual([...Array(7).fill(0), 10 ** -0.3])
})

test('a file of presets that makes no sense is kept aside', async () => {
  const dataDir = testDataDir()
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'mix-presets.json'), '{"presets": [{"name": "half')
  const { url } = await testApp('steady', { args: [`--data-dir=${dataDir}`] })
  expect((await client(url)('PUT', preset('A'))).presets).toEqual(['A'])
  const [aside] = readdirSync(dataDir).filter((name) => name.endsWith('.broken'))
  expect(readFileSync(join(dataDir, aside as string), 'utf8')).toContain('half')
})
