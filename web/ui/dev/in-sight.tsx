import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Store } from '../parts/use-snapshot.ts'

interface InSightProps<S> {
  className: string
  store: Store<S>
  /** Gets the store while it can be seen, and else one in which nothing happens. */
  children: (store: Store<S>) => ReactNode
}

/** What is scrolled away is not kept up to date: tables are costly to lay out. */
export function InSight<S>({ className, store, children }: InSightProps<S>) {
  const element = useRef<HTMLDivElement>(null)
  const [shown, setShown] = useState(store)
  useEffect(() => {
    const { current } = element
    if (!current) return
    const observer = new IntersectionObserver(([entry]) =>
      setShown(entry?.isIntersecting ? store : stillOf(store)),
    )
    observer.observe(current)
    return () => observer.disconnect()
  }, [store])
  return (
    <div ref={element} className={className}>
      {children(shown)}
    </div>
  )
}

function stillOf<S>(store: Store<S>): Store<S> {
  const now = store.snapshot()
  return { snapshot: () => now, subscribe: () => () => {} }
}
