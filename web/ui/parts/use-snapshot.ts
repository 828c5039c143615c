import { shallowEqual } from '@mantine/hooks'
import { useCallback, useRef, useSyncExternalStore } from 'react'

export interface Store<S> {
  readonly snapshot: () => S
  readonly subscribe: (listener: () => void) => () => void
}

/**
 * What `select` takes out of a store: a value, or a flat object of values. Renders only when that has changed, not ten times a
 * second with all the rest, which would cost the processor that plays.
 */
export function useSnapshot<S, T>(store: Store<S>, select: (snapshot: S) => T): T {
  const last = useRef<{ value: T } | undefined>(undefined)
  const latest = useRef(select)
  latest.current = select
  const read = useCallback(() => {
    const value = latest.current(store.snapshot())
    if (last.current === undefined || !isSame(last.current.value, value)) last.current = { value }
    return last.current.value
  }, [store])
  return useSyncExternalStore(store.subscribe, read)
}

function isSame(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || shallowEqual(a, b)
}
