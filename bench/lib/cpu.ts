// How much of a core each thread of some processes uses, by /proc. Linux only, like the studio.
import { readdirSync, readFileSync } from 'node:fs'

export interface ThreadTime {
  pid: number
  tid: number
  /** Thread name as the kernel has it, at most 15 characters. */
  comm: string
  /** CPU time since the thread began. */
  cpuMs: number
}

/** CPU time of every thread of `pids` at this moment; processes that have ended are left out. */
export function threadTimes(pids: readonly number[]): ThreadTime[] {
  return pids.flatMap((pid) =>
    list(`/proc/${pid}/task`).flatMap((tid): ThreadTime[] => {
      const comm = read(`/proc/${pid}/task/${tid}/comm`)
      const onCpuNs = read(`/proc/${pid}/task/${tid}/schedstat`)?.split(' ')[0]
      if (comm === undefined || onCpuNs === undefined) return []
      return [{ pid, tid: Number(tid), comm: comm.trim(), cpuMs: Number(onCpuNs) / 1e6 }]
    }),
  )
}

/** Per cent of one core used between two readings, by `key`. Threads that ended in between are not counted. */
export function cpuPercent(
  before: readonly ThreadTime[],
  after: readonly ThreadTime[],
  elapsedMs: number,
  key: (thread: ThreadTime) => string | undefined,
): Map<string, number> {
  const then = new Map(before.map((thread) => [thread.tid, thread.cpuMs]))
  const out = new Map<string, number>()
  for (const thread of after) {
    const name = key(thread)
    if (name === undefined) continue
    const spent = thread.cpuMs - (then.get(thread.tid) ?? 0)
    out.set(name, (out.get(name) ?? 0) + (spent / elapsedMs) * 100)
  }
  return out
}

function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return [] // the process has ended
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined // the process or thread has ended
  }
}
