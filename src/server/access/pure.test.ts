import { expect, test } from 'vitest'
import { addressKey, networkKey } from './address.ts'
import { AddressKeys } from './address-keys.ts'
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
])('%s is in the network %s', (ip, key) => {
  expect(networkKey(ip)).toBe(key)
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:a:b:3:4:5:6', '2001:db8:a:b:3:4:5:6'],
  ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
  ['febf::1', 'febf:0:0:0:0:0:0:1'],
  ['fec0::1', 'fec0:0:0:0::/64'],
  ['FD12:3456::00a1', 'fd12:3456:0:0:0:0:0:a1'],
  ['fc00::1', 'fc00:0:0:0:0:0:0:1'],
  ['fe::1', 'fe:0:0:0::/64'],
])('%s counts as %s where this computer is in 2001:db8:a:b::/64', (ip, key) => {
  expect(addressKey(ip, (network) => network === '2001:db8:a:b::/64')).toBe(key)
})

test('phones in this computer’s own network count one by one, those of another household together', () => {
  const now = { ms: 0, address: '2001:db8:a:b::1', looks: 0 }
  const own = { family: 'IPv6', internal: false, netmask: '', mac: '', scopeid: 0, cidr: null } as const
  const keys = new AddressKeys({
    nowMs: () => now.ms,
    interfaces: () => {
      now.looks++
      return { eth0: [{ ...own, address: now.address }] }
    },
  })
  const [a, b, c] = ['2001:db8:a:b::2', '2001:db8:a:b::3', '2001:db8:c:d::2'] as const
  expect(keys.of(a)).not.toBe(keys.of(b))
  expect(keys.of(c)).toBe('2001:db8:c:d::/64')
  // Its provider gives it another one.
  now.address = '2001:db8:c:d::1'
  expect(keys.of(c)).toBe('2001:db8:c:d::/64')
  now.ms = 10_000
  expect([keys.of(c), keys.of(a)]).toEqual(['2001:db8:c:d:0:0:0:2', '2001:db8:a:b::/64'])
  expect(now.looks).toBe(2)
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
