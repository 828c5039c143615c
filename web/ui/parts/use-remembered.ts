import { useState } from 'react'
import { browserStore } from '../../player/recent-entries.ts'

/** A yes or no that outlives the visit, under `backline.<name>`. Where storage is full or forbidden, until the page closes. */
export function useRemembered(name: string, first: boolean): [boolean, (value: boolean) => void] {
  const key = `backline.${name}`
  const [value, setValue] = useState(() => read(key) ?? first)
  return [
    value,
    (next) => {
      setValue(next)
      try {
        browserStore()?.setItem(key, String(next))
      } catch {
        // Full or forbidden.
      }
    },
  ]
}

function read(key: string): boolean | undefined {
  try {
    const stored = browserStore()?.getItem(key)
    return stored === 'true' ? true : stored === 'false' ? false : undefined
  } catch {
    return undefined // Forbidden: there is nothing to remember.
  }
}
