import { useState } from 'react'
import { browserStore, keep, recall } from '../../player/memory/store.ts'

/** A yes or no that outlives the visit, under `backline.<name>`. Where storage is full or forbidden, until the page closes. */
export function useRemembered(name: string, first: boolean): [boolean, (value: boolean) => void] {
  const key = `backline.${name}`
  const [value, setValue] = useState(() => read(key) ?? first)
  return [
    value,
    (next) => {
      setValue(next)
      keep(browserStore(), key, String(next))
    },
  ]
}

function read(key: string): boolean | undefined {
  const stored = recall(browserStore(), key)
  return stored === 'true' ? true : stored === 'false' ? false : undefined
}
