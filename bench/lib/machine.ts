import { existsSync, readFileSync } from 'node:fs'
import { cpus, release } from 'node:os'

export interface Machine {
  cpus: number
  model: string
  node: string
  kernel: string
  /**
   * Of the processor time that was asked for here since the bench began, what the host of a virtual machine gave to others, per
   * cent: the machine stands still meanwhile, and nobody on it can tell why. null: nobody counts it here.
   */
  stolenPercent: number | null
}

/** Of all cores together, since the machine started. */
export interface ProcessorTimes {
  busyMs: number
  stolenMs: number
}

const STAT = '/proc/stat'
const began = existsSync(STAT) ? processorTimes(readFileSync(STAT, 'latin1')) : undefined

export function machine(): Machine {
  const all = cpus()
  return {
    cpus: all.length,
    model: all[0]?.model.trim() ?? 'unknown',
    node: process.versions.node,
    kernel: release(),
    stolenPercent: began ? stolenPercent(began, processorTimes(readFileSync(STAT, 'latin1'))) : null,
  }
}

/** CPU time used by everything on this machine since it started, in ms, all cores together. Throws where there is no /proc. */
export function machineBusyMs(): number {
  return processorTimes(readFileSync(STAT, 'latin1')).busyMs
}

/** @param stat /proc/stat, its first line in hundredths of a second */
export function processorTimes(stat: string): ProcessorTimes {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (
    stat.split('\n', 1)[0] ?? ''
  )
    .split(/\s+/)
    .map(Number)
  return { busyMs: (user + nice + system + irq + softirq) * 10, stolenMs: steal * 10 }
}

/** Of what was asked for between two readings; 0 when nothing was. */
export function stolenPercent(before: ProcessorTimes, after: ProcessorTimes): number {
  const stolenMs = after.stolenMs - before.stolenMs
  const askedMs = after.busyMs - before.busyMs + stolenMs
  return askedMs > 0 ? (stolenMs / askedMs) * 100 : 0
}
