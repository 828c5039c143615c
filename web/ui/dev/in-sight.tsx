import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Store } from '../parts/use-snapshot.ts'

/** Out of sight, ms. */
const SELDOM_MS = 3000

interface InSightProps<S> {
  className: string
  store: Store<S>
  /** Gets the store while it can be seen, and else one that is seldom told. */
  children: (store: Store<S>) => ReactNode
}

/** What is scrolled away is seldom brought up to date: tables are costly to lay out. */
export function InSight<S>({ className, store, children }: InSightProps<S>) {
  const element = useRef<HTMLDivElement>(null)
  const [shown, setShown] = useState(store)
  useEffect(() => {
    const { current } = element
    if (!current) return
    const observer = new IntersectionObserver(([entry]) =>
      setShown(entry?.isIntersecting ? store : seldom(store)),
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

function seldom<S>(store: Store<S>): Store<S> {
  let held = store.snapshot()
  return {
    snapshot: () => held,
    subscribe: (listener) => {
      const timer = setInterval(() => {
        held = store.snapshot()
        listener()
      }, SELDOM_MS)
      return () => clearInterval(timer)
    },
  }
}
