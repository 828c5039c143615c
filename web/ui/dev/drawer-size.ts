import { browserStore, keep, recall } from '../../player/memory/store.ts'

const KEY = 'backline.drawer'
export const LEAST_PERCENT = 20
export const MOST_PERCENT = 92

/** How much of the window the drawer takes, within what leaves both usable. */
export function sizeWithin(percent: number): number {
  return Math.round(Math.min(MOST_PERCENT, Math.max(LEAST_PERCENT, percent)))
}

export function loadSize(otherwise: number): number {
  const stored = Number(recall(browserStore(), KEY) ?? Number.NaN)
  return stored > 0 ? sizeWithin(stored) : otherwise
}

export function saveSize(percent: number): void {
  keep(browserStore(), KEY, String(percent))
}

/** What a key does to the size; undefined: nothing. `side`: the drawer is at the right, else at the bottom. */
export function sizeAfterKey(key: string, percent: number, side: boolean): number | undefined {
  const [more, less] = side ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
  if (key === more) return sizeWithin(percent + 5)
  if (key === less) return sizeWithin(percent - 5)
  if (key === 'Home') return LEAST_PERCENT
  if (key === 'End') return MOST_PERCENT
  return undefined
}
