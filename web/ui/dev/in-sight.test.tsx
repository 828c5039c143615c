// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import { type Store, useSnapshot } from '../parts/use-snapshot.ts'
import { InSight } from './in-sight.tsx'

;(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('what is out of sight follows seldom, and at once when it is seen again', () => {
  vi.useFakeTimers()
  let see = (_isIntersecting: boolean) => {}
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(hear: (entries: { isIntersecting: boolean }[]) => void) {
        see = (isIntersecting) => act(() => hear([{ isIntersecting }]))
      }
      observe() {}
      disconnect() {}
    },
  )
  const listeners = new Set<() => void>()
  let value = 1
  const store: Store<number> = {
    snapshot: () => value,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const change = (to: number) => {
    value = to
    act(() => {
      for (const listener of listeners) listener()
    })
  }
  const Shown = ({ of }: { of: Store<number> }) => useSnapshot(of, (now) => now)
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  act(() =>
    root.render(
      <InSight className="" store={store}>
        {(of) => <Shown of={of} />}
      </InSight>,
    ),
  )
  const text = () => document.body.textContent
  change(2)
  expect(text()).toBe('2')
  see(false)
  change(3)
  expect(text()).toBe('2')
  act(() => void vi.advanceTimersByTime(5000))
  expect(text()).toBe('3')
  change(4)
  see(true)
  expect(text()).toBe('4')
  act(() => root.unmount())
  expect(listeners.size).toBe(0)
})
