import type { ConsoleListener } from '../../../src/shared/wire/console-messages.ts'

export const ROLE_WORDS = { listener: 'Listener', controller: 'Console', engineer: 'Engineer' } as const
export const MODE_WORDS = { live: 'Live', together: 'Together', steady: 'Steady' } as const

/** How one is doing. `tone`: whether somebody should look. */
export function statusWords(listener: ConsoleListener): { words: string; tone: 'good' | 'warn' | 'bad' } {
  const { status, skipping, reason } = listener
  if (skipping) return { words: 'Its link is full', tone: 'bad' }
  switch (status) {
    case null:
      return { words: 'Hears it live', tone: 'good' }
    case 'active':
      return { words: 'In step', tone: 'good' }
    case 'slow':
      return { words: because('Out of step', reason), tone: 'warn' }
    case 'timeout':
      return { words: because('Says nothing', reason), tone: 'warn' }
    case 'degraded':
      return { words: because('Set aside', reason), tone: 'bad' }
  }
}

/** Its delay from the instrument to the ear; where its page has not said, of the playout alone. */
export function delayWords({ needMs, targetMs }: Pick<ConsoleListener, 'needMs' | 'targetMs'>): string {
  if (needMs !== null) return msWords(needMs)
  return targetMs === null ? '–' : `${msWords(targetMs)} buffer`
}

/** ms below a second, else s. */
export function msWords(ms: number): string {
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** "40 s", "3 min", "2 h 5 min". */
export function sinceWords(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function because(what: string, reason: string): string {
  return reason === '' ? what : `${what}: ${reason}`
}
