// What a server holds: processes, open files by kind, and what keeps its loop running.
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { childrenOf, commandLine } from '../studio/processes.ts'
import { waitUntil } from '../studio/wait-until.ts'

type Counts = Record<string, number>

export interface Census {
  /** Programs that descend from it, by name. */
  children: Counts
  /** `socket`, `pipe`, `anon_inode:[eventfd]`, or the path of a file. */
  files: Counts
  /** As Node calls what keeps its loop running. */
  resources: Counts
  /** Files in the folder of its data. */
  saved: Counts
}

/** Counts what the server `pid` holds; it was started with `censusPath`, and saves in `dataDir`. */
export async function takeCensus(pid: number, censusPath: string, dataDir: string): Promise<Census> {
  rmSync(censusPath, { force: true })
  process.kill(pid, 'SIGWINCH')
  await waitUntil('the server to count', () => existsSync(censusPath))
  const resources = JSON.parse(readFileSync(censusPath, 'utf8')) as Counts
  const children = count(childrenOf(pid).map(nameOf))
  // As the server sees it: it may have a disk of its own there.
  const saved = count(readdirSync(join(`/proc/${pid}/root`, dataDir)))
  return { children, files: count(filesOf(pid)), resources, saved }
}

/** Waits until the server holds no more than it held `before`: what lingers, such as a connection that is closing, goes. */
export async function untilAsBefore(
  before: Census,
  take: () => Promise<Census>,
  limitMs: number,
): Promise<void> {
  let more: string[] = []
  await waitUntil(
    'the server to hold no more than before',
    async () => {
      more = moreThan(before, await take())
      return more.length === 0
    },
    limitMs,
    250,
  ).catch((error: unknown) => {
    throw new Error(`the server holds more than before: ${more.join(', ')}`, { cause: error })
  })
}

/** Each kind of thing of which there are more now, with both counts. */
export function moreThan(before: Census, now: Census): string[] {
  return (['children', 'files', 'resources', 'saved'] as const).flatMap((part) =>
    Object.entries(now[part])
      .filter(([kind, n]) => n > (before[part][kind] ?? 0))
      .map(([kind, n]) => `${kind} ${before[part][kind] ?? 0} → ${n}`),
  )
}

function nameOf(pid: number): string {
  return basename(/\S+\.[mc]?[jt]s/.exec(commandLine(pid))?.[0] ?? commandLine(pid))
}

function filesOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`)
      return [target.replace(/^(socket|pipe):.*/, '$1')]
    } catch {
      return [] // it was closed while we looked
    }
  })
}

function count(kinds: readonly string[]): Counts {
  const counts: Counts = {}
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}
