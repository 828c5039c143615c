import { readFileSync } from 'node:fs'
import { cpus, release } from 'node:os'

export interface Machine {
  cpus: number
  model: string
  node: string
  kernel: string
}

export function machine(): Machine {
  const all = cpus()
  return {
    cpus: all.length,
    model: all[0]?.model.trim() ?? 'unknown',
    node: process.versions.node,
    kernel: release(),
  }
}

/** CPU time used by everything on this machine since it started, in ms, all cores together. */
export function machineBusyMs(): number {
  const [, user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'latin1')
    .split('\n', 1)
    .join('')
    .split(/\s+/)
    .map(Number)
  return ((user ?? 0) + (nice ?? 0) + (system ?? 0) + (irq ?? 0) + (softirq ?? 0)) * 10
}
