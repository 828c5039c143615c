// What memory processes take, one by one and together. Linux only, like the studio.
import { readFileSync } from 'node:fs'
import { median } from './statistics.ts'

/**
 * Resident memory of several processes in MB (10⁶ bytes): what each has for itself, and pages of files they share
 * (of Node, of libraries) once. The plain sum of RSS counts Node's own 44 MB for each of them. NaN when one has ended.
 */
export function residentTogetherMb(pids: readonly number[]): number {
  let ownKib = 0
  const shared = new Map<string, number>()
  for (const pid of pids) {
    const smaps = textOf(`/proc/${pid}/smaps`)
    if (smaps === undefined) return Number.NaN
    const { anonymousKib, filesKib } = mappings(smaps)
    ownKib += anonymousKib
    for (const [path, kib] of filesKib) shared.set(path, Math.max(kib, shared.get(path) ?? 0))
  }
  const sharedKib = [...shared.values()].reduce((sum, kib) => sum + kib, 0)
  return ((ownKib + sharedKib) * 1024) / 1e6
}

/**
 * What a process has for itself, MB (10⁶ bytes): whether it grows. Pages of files are not in it: the kernel takes those that
 * are not used and brings them back, which moves RSS by several MB. NaN when the process has ended.
 */
export function ownMb(pid: number): number {
  return statusMb(pid, ['RssAnon', 'VmSwap'])
}

/** Resident memory of a process, MB (10⁶ bytes); NaN when it has ended. */
export function rssMb(pid: number): number {
  return statusMb(pid, ['VmRSS'])
}

/** Where readings began and where they ended, whatever single ones were: medians of the first and the last fifth. */
export function firstAndLastMb(readingsMb: readonly number[]): { firstMb: number; lastMb: number } {
  const fifth = Math.ceil(readingsMb.length / 5)
  return { firstMb: median(readingsMb.slice(0, fifth)), lastMb: median(readingsMb.slice(-fifth)) }
}

/** Reads the text of smaps: anonymous pages of all mappings, and pages of files by path. */
export function mappings(smaps: string): { anonymousKib: number; filesKib: Map<string, number> } {
  let anonymousKib = 0
  const filesKib = new Map<string, number>()
  let path = ''
  let rss = 0
  for (const line of smaps.split('\n')) {
    const header = /^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+\s*(.*)$/.exec(line)
    if (header) path = header[1] ?? ''
    const [, name, kib] = /^(Rss|Anonymous):\s+(\d+) kB/.exec(line) ?? []
    if (name === 'Rss') rss = Number(kib)
    if (name !== 'Anonymous') continue
    anonymousKib += Number(kib)
    if (rss > Number(kib)) filesKib.set(path, (filesKib.get(path) ?? 0) + rss - Number(kib))
  }
  return { anonymousKib, filesKib }
}

/** Sum of what the kernel has under these names in the status of a process. */
function statusMb(pid: number, names: readonly string[]): number {
  const status = textOf(`/proc/${pid}/status`)
  if (status === undefined) return Number.NaN
  const kib = names.map((name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]))
  return (kib.reduce((sum, one) => sum + one, 0) * 1024) / 1e6
}

/** undefined: the process has ended. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}
