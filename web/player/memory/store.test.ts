import { afterEach, expect, test, vi } from 'vitest'
import { browserStore, forget, keep, recall } from './store.ts'

afterEach(() => vi.unstubAllGlobals())
const refuse = () => {
  throw new DOMException('forbidden')
}

test('where storage refuses everything it is as if nothing were there, and nothing throws', () => {
  const store = { getItem: refuse, setItem: refuse, removeItem: refuse }
  keep(store, 'a', 'b')
  forget(store, 'a')
  expect(recall(store, 'a')).toBeNull()
})

test.each(['localStorage', 'sessionStorage'] as const)(
  'a window that may not even be asked for its %s has none',
  (kind) => {
    vi.stubGlobal(kind, undefined)
    Object.defineProperty(globalThis, kind, { configurable: true, get: refuse })
    expect(browserStore(kind)).toBeUndefined()
    keep(browserStore(kind), 'a', 'b')
    forget(browserStore(kind), 'a')
    expect(recall(browserStore(kind), 'a')).toBeNull()
  },
)
