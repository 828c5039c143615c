// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test } from 'vitest'
import { type Store, useSnapshot } from './use-snapshot.ts'

;(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true

test('a part renders when what it takes has changed, and not when something else has', () => {
  let state = { level: 1, name: 'a', at: 0 }
  const listeners = new Set<() => void>()
  const store: Store<typeof state> = {
    snapshot: () => state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const set = (change: Partial<typeof state>) => {
    state = { ...state, ...change }
    act(() => {
      for (const listener of listeners) listener()
    })
  }
  let renders = 0
  function Part() {
    const { level, name } = useSnapshot(store, (all) => ({ level: all.level, name: all.name }))
    renders++
    return `${name} ${level}`
  }
  const place = document.createElement('div')
  const root = createRoot(place)
  act(() => root.render(<Part />))
  const before = renders
  set({ at: 1 })
  set({ at: 2 })
  expect(renders).toBe(before)
  set({ level: 2 })
  expect(place.textContent).toBe('a 2')
  expect(renders).toBe(before + 1)
  act(() => root.unmount())
  expect(listeners.size).toBe(0)
})
