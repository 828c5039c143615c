import { expect, test } from 'vitest'
import { roomAddress } from './room-address.ts'

test.each([
  ['/', '', { session: 'main', role: 'listener', key: '' }],
  ['/index.html', '?role=controller', { session: 'main', role: 'controller', key: '' }],
  ['/s/jam-7', '?role=controller&key=a%2Bb', { session: 'jam-7', role: 'controller', key: 'a+b' }],
  ['/s/jam-7/', '?role=queen', { session: 'jam-7', role: 'listener', key: '' }],
  ['/console', '', { session: 'main', role: 'controller', key: '' }],
  ['/s/jam-7/console', '?key=k', { session: 'jam-7', role: 'controller', key: 'k' }],
  ['/s/jam-7/dev/', '', { session: 'jam-7', role: 'engineer', key: '' }],
  ['/dev', '?role=listener', { session: 'main', role: 'listener', key: '' }],
  ['/s/a/b', '', { session: 'main', role: 'listener', key: '' }],
  ['/s/%2e%2e', '', { session: 'main', role: 'listener', key: '' }],
])('%s%s', (pathname, search, address) => {
  expect(roomAddress({ pathname, search })).toEqual(address)
})
