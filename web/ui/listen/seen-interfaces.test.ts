import { expect, test } from 'vitest'
import { seenInterfaces } from './seen-interfaces.ts'

const device = (name: string) => ({ name, channels: 8, rateHz: 44_100, api: 'ALSA' })
const answers = (body: unknown, status = 200) =>
  seenInterfaces(async () => new Response(JSON.stringify(body), { status }))

test('the interfaces that were seen, as the server tells them', async () => {
  expect(await answers({ devices: [device('USB Mic'), { name: 3 }, null] })).toEqual([device('USB Mic')])
  expect(await answers({ devices: [] })).toEqual([])
  expect(await answers({ devices: Array.from({ length: 50 }, (_, i) => device(`in ${i}`)) })).toHaveLength(12)
})

test('where it can not be told, there is no list', async () => {
  expect(await answers({ devices: null })).toBeUndefined()
  expect(await answers('nonsense')).toBeUndefined()
  expect(await answers({ devices: [device('USB Mic')] }, 404)).toBeUndefined()
  expect(await seenInterfaces(async () => new Response('<html>'))).toBeUndefined()
  expect(await seenInterfaces(() => Promise.reject(new TypeError('no network')))).toBeUndefined()
})
