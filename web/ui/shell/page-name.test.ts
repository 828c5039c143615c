import { expect, test } from 'vitest'
import { pageName } from './page-name.ts'

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
