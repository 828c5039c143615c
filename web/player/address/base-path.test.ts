// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest'
import { pageName, pagePath } from '../../ui/shell/page-name.ts'
import { serverPath, withoutBase } from './base-path.ts'
import { roomAddress } from './room-address.ts'

afterEach(() => document.querySelector('base')?.remove())

function servedFrom(base: string): void {
  const element = document.createElement('base')
  element.setAttribute('href', base)
  document.head.append(element)
}

test('on a path of its own the page finds its server, its session and its other pages', () => {
  servedFrom('/studio/backline/')
  expect(serverPath('/api/mix')).toBe('/studio/backline/api/mix')
  expect(roomAddress({ pathname: '/studio/backline/s/jam/console', search: '' }).session).toBe('jam')
  expect(pageName('/studio/backline/s/jam/console')).toBe('console')
  expect(pagePath({ session: 'jam' }, 'dev')).toBe('/studio/backline/s/jam/dev')
  expect(pagePath({ session: 'main' }, 'listen')).toBe('/studio/backline/')
})

test.each(['/console/', '/s/jam/'])('a base path of %s is not mistaken for a page or a session', (base) => {
  servedFrom(base)
  expect(pageName(base)).toBe('listen')
  expect(pageName(base.slice(0, -1))).toBe('listen')
  expect(roomAddress({ pathname: base, search: '' })).toMatchObject({ session: 'main', role: 'listener' })
})

test.each([undefined, '/'])('with <base> %s paths are what they are', (base) => {
  if (base) servedFrom(base)
  expect(serverPath('/ws/audio')).toBe('/ws/audio')
  expect(withoutBase('/s/jam')).toBe('/s/jam')
})
