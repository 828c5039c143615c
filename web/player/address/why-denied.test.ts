// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest'
import { keptKey } from './page-key.ts'
import { whyDenied } from './why-denied.ts'

afterEach(() => void vi.unstubAllGlobals())
const address = { session: 'jam', role: 'listener', key: 'k' } as const
const ENDED = { reason: 'expired-key', message: 'This link has expired. Ask for a new one.' }

test.each([
  [401, ENDED, { words: ENDED.message, isGone: false }],
  [
    403,
    { message: 'This link is for another room.' },
    { words: 'This link is for another room.', isGone: false },
  ],
  [404, { message: 'There is no such session.' }, { words: 'There is no such session.', isGone: true }],
  [200, { role: 'listener' }, undefined],
  [429, { message: 'Too much at once.' }, undefined],
  [502, '<h1>Bad gateway</h1>', undefined],
])('%i: the words of the server, where trying again would not help', async (status, body, denial) => {
  const fetch = vi.fn(async () => Response.json(body, { status }))
  vi.stubGlobal('fetch', fetch)
  expect(await whyDenied(address)).toEqual(denial)
  expect(fetch).toHaveBeenCalledWith('/api/access?session=jam&role=listener', {
    headers: { authorization: 'Bearer k' },
    signal: expect.any(AbortSignal),
  })
})

test.each([
  [401, 'expired-key', ''],
  [401, 'revoked-key', ''],
  [401, 'bad-key', ''],
  [404, 'no-such-session', ''],
  [403, 'wrong-role', 'k'],
  [401, undefined, 'k'],
  [429, 'too-many-attempts', 'k'],
])('%i %s leaves "%s" of the key', async (status, reason, left) => {
  localStorage.setItem('backline.key/jam', 'k')
  sessionStorage.setItem('backline.key/jam', 'k')
  vi.stubGlobal('fetch', async () => Response.json({ reason, message: 'No.' }, { status }))
  await whyDenied(address)
  expect([keptKey('jam'), localStorage.getItem('backline.key/jam') ?? '']).toEqual([left, left])
})

test('no server is no refusal', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
  expect(await whyDenied(address)).toBeUndefined()
})
