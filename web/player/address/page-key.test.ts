// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest'
import { forgetKey, keptKey, takeKey } from './page-key.ts'
import { roomAddress } from './room-address.ts'

afterEach(() => {
  for (const session of ['main', 'jam', 'quiet']) forgetKey(session)
  sessionStorage.clear()
  localStorage.clear()
  document.head.replaceChildren()
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

/** Another tab, or the page started from a home screen: nothing is left but what the browser remembers. */
function afterwards(session: string): string {
  const remembered = { ...localStorage }
  forgetKey(session)
  for (const [name, key] of Object.entries(remembered)) localStorage.setItem(name, key)
  return keptKey(session)
}

test('an invite is there for the installed page, a key that does not end is not', () => {
  at('/?invite=t')
  takeKey('main')
  expect(afterwards('main')).toBe('t')
  at('/?key=open-sesame')
  takeKey('main')
  expect(keptKey('main')).toBe('open-sesame')
  expect(afterwards('main')).toBe('t')
})

test('servers at two paths of one host do not get each other’s', () => {
  document.head.innerHTML = '<base href="http://localhost:3000/band/">'
  at('/band/?invite=t')
  takeKey('main')
  expect(afterwards('main')).toBe('t')
  expect(Object.keys(localStorage)).toEqual(['backline.key/band/main'])
})

test('what is forgotten is that key, and not the newer one of another tab', () => {
  at('/?invite=old')
  takeKey('main')
  localStorage.setItem('backline.key/main', 'new')
  forgetKey('main', 'old')
  expect(keptKey('main')).toBe('new')
  forgetKey('main')
  expect(keptKey('main')).toBe('')
})

test('where the browser keeps nothing, it lasts until the page is left', () => {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('forbidden')
  })
  at('/s/quiet?invite=t')
  takeKey('quiet')
  expect([location.search, keptKey('quiet')]).toEqual(['', 't'])
})
