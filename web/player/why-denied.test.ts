import { afterEach, expect, test, vi } from 'vitest'
import { whyDenied } from './why-denied.ts'

afterEach(() => void vi.unstubAllGlobals())
const address = { session: 'jam', role: 'listener', key: 'k' } as const
const ENDED = { reason: 'expired-key', message: 'This link has expired. Ask for a new one.' }

test.each([
  [401, ENDED, ENDED.message],
  [403, { message: 'This link is for another room.' }, 'This link is for another room.'],
  [404, { message: 'There is no such session.' }, 'There is no such session.'],
  [200, { role: 'listener' }, undefined],
  [429, { message: 'Too much at once.' }, undefined],
  [502, '<h1>Bad gateway</h1>', undefined],
])('%i: the words of the server, where trying again would not help', async (status, body, words) => {
  const fetch = vi.fn(async () => Response.json(body, { status }))
  vi.stubGlobal('fetch', fetch)
  expect(await whyDenied(address)).toBe(words)
  expect(fetch).toHaveBeenCalledWith('/api/access?session=jam&role=listener', {
    headers: { authorization: 'Bearer k' },
  })
})

test('no server is no refusal', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
  expect(await whyDenied(address)).toBeUndefined()
})
