import { expect, test } from 'vitest'
import { addressKey } from './address.ts'
import { AddressPlaces } from './address-places.ts'
import { MessageRate } from './message-rate.ts'
import { parseOrigins } from './origins.ts'
import { RateWindow } from './rate-window.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s counts as %s', (ip, key) => {
  expect(addressKey(ip)).toBe(key)
})

test('a window begins with the first and ends as a whole', () => {
  const window = new RateWindow(1000)
  expect(window.add('a', 5000)).toEqual({ count: 1, leftMs: 1000 })
  expect(window.add('a', 5999)).toEqual({ count: 2, leftMs: 1 })
  expect(window.read('a', 5999)).toEqual({ count: 2, leftMs: 1 })
  expect(window.read('a', 6000)).toEqual({ count: 0, leftMs: 0 })
  expect(window.add('a', 6000)).toEqual({ count: 1, leftMs: 1000 })
})

test('names do not grow beyond the bound: those that are over go first, then the oldest', () => {
  const window = new RateWindow(1000, 3)
  for (const [i, name] of ['a', 'b', 'c', 'd'].entries()) window.add(name, i)
  expect([window.size, window.read('a', 4).count, window.read('d', 4).count]).toEqual([3, 0, 1])
  window.add('e', 1002)
  expect([window.size, window.read('d', 1002).count]).toEqual([2, 1])
})

test('a connection may say so much in a second, and twice that at once', () => {
  const rate = new MessageRate(10, 0)
  const taken = (nowMs: number) => {
    let count = 0
    while (rate.take(nowMs)) count++
    return count
  }
  expect([taken(0), taken(0), taken(500), taken(60_000)]).toEqual([20, 0, 5, 20])
})

test('an address that nobody listens from is forgotten', () => {
  const places = new AddressPlaces(2)
  const [a, b] = [places.take('a'), places.take('a')]
  expect(places.take('a')).toBeUndefined()
  a?.()
  b?.()
  expect(places.size).toBe(0)
})

test.each([
  ['https://a.example, http://10.0.0.5:8080', ['https://a.example', 'http://10.0.0.5:8080']],
  ['HTTPS://A.example', ['https://a.example']],
  ['https://a.example/path', undefined],
  ['*', undefined],
  ['null', undefined],
  ['', undefined],
])('origins: %s', (text, origins) => {
  expect(parseOrigins(text)).toEqual(origins)
})
