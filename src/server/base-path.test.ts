import { expect, test } from 'vitest'
import { withoutBase } from './base-path.ts'

test.each([
  ['/backline/', '/'],
  ['/backline', '/'],
  ['/backline?key=k', '/?key=k'],
  ['/backline/s/jam?role=engineer', '/s/jam?role=engineer'],
  ['/backline/backline/', '/backline/'],
  // A proxy that takes the path off.
  ['/health', '/health'],
  // Another path that only begins the same.
  ['/backlines', '/backlines'],
  ['/backline-two/health', '/backline-two/health'],
])('%s is the route %s', (url, route) => {
  expect(withoutBase(url, '/backline')).toBe(route)
})

test('without a base path nothing changes', () => {
  expect(withoutBase('/backline/health', '')).toBe('/backline/health')
})
