// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest'
import { keptKey, takeKey } from './page-key.ts'
import { roomAddress } from './room-address.ts'

afterEach(() => {
  sessionStorage.clear()
  vi.restoreAllMocks()
})
const at = (address: string) => window.history.replaceState(null, '', address)

test.each([
  ['/console?invite=abc.def.ghi', 'main', 'abc.def.ghi', '/console'],
  ['/s/jam?role=engineer&invite=t#top', 'jam', 't', '/s/jam?role=engineer#top'],
  ['/s/jam/dev?key=k%2B1&mode=live', 'jam', 'k+1', '/s/jam/dev?mode=live'],
])('of %s the key is kept for its room, and gone from the address', (address, session, key, left) => {
  at(address)
  takeKey(roomAddress(location).session)
  expect(location.pathname + location.search + location.hash).toBe(left)
  expect(keptKey(session)).toBe(key)
  expect(roomAddress(location)).toMatchObject({ session, key })
  expect(keptKey('another')).toBe('')
})

test('an address without a key stays as it is, and so does the key there was', () => {
  sessionStorage.setItem('backline.key/solo', 'old')
  at('/s/solo?mode=live')
  takeKey('solo')
  expect([location.search, roomAddress(location).key]).toEqual(['?mode=live', 'old'])
})

test('where the browser keeps nothing, it lasts until the page is left', () => {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('forbidden')
  })
  at('/s/quiet?invite=t')
  takeKey('quiet')
  expect([location.search, keptKey('quiet')]).toEqual(['', 't'])
})
