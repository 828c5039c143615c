import { expect, test } from 'vitest'
import { roomAddress } from '../../player/address/room-address.ts'
import { pageName, pagePath } from './page-name.ts'

test.each([
  ['/', 'listen'],
  ['/s/band', 'listen'],
  ['/s/console', 'listen'],
  ['/console', 'console'],
  ['/console/', 'console'],
  ['/s/band/console', 'console'],
  ['/dev', 'dev'],
  ['/s/band/dev', 'dev'],
] as const)('%s is the page %s', (pathname, name) => {
  expect(pageName(pathname)).toBe(name)
})

test.each([
  ['/', '', ['/', '/console', '/dev']],
  ['/dev', '?role=engineer', ['/', '/console', '/dev']],
  ['/s/band/console', '', ['/s/band', '/s/band/console', '/s/band/dev']],
  ['/s/band', '?key=a%26b', ['/s/band', '/s/band/console', '/s/band/dev']],
] as const)(
  'from %s%s the other pages are of the same session, and no key is in them',
  (pathname, search, paths) => {
    const address = roomAddress({ pathname, search })
    expect((['listen', 'console', 'dev'] as const).map((page) => pagePath(address, page))).toEqual(paths)
  },
)
