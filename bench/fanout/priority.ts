import { readFileSync, writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

/** Linux groups processes by session and shares the CPU between groups first; nice counts only within one. */
const GROUP = '/proc/self/autogroup'

/**
 * This process and what it starts from now on go before others on the machine: `nice` as in nice(1), below 0 for root only.
 * Returns what ends that for those that stay. Does nothing for 0.
 */
export function goBefore(nice: number): () => void {
  if (nice === 0) return () => {}
  const was = getPriority()
  const group = groupNice()
  setPriority(nice)
  if (group !== undefined) writeFileSync(GROUP, String(nice))
  return () => {
    setPriority(was)
    if (group !== undefined) writeFileSync(GROUP, String(group))
  }
}

/** undefined: this kernel has no such groups. */
function groupNice(): number | undefined {
  try {
    return Number(/nice (-?\d+)/.exec(readFileSync(GROUP, 'latin1'))?.[1] ?? 0)
  } catch {
    return undefined
  }
}
