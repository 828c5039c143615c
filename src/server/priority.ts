// Whether the capture child goes before ordinary programs, and how to let it.
import { getPriority } from 'node:os'
import type { CaptureSupervisor } from './capture-supervisor.ts'

/** Its nice value; undefined: it has just gone. */
export function niceOf(pid: number): number | undefined {
  try {
    return getPriority(pid)
  } catch {
    return undefined
  }
}

const LINUX =
  'In a systemd unit LimitNICE=-15 allows it, else "@audio - nice -15" in /etc/security/limits.conf.'

/** A sentence for the log; undefined: it goes before. */
export function priorityAdvice(nice: number, platform: NodeJS.Platform): string | undefined {
  if (nice < 0) return undefined
  const head = 'Capture has no priority over other programs, and may lose sound when the computer is busy.'
  return platform === 'linux' ? `${head} ${LINUX}` : head
}

/** Says it once, when the first child plays: the next one is given no more. */
export function tellPriority(
  capture: Pick<CaptureSupervisor, 'once' | 'pid'>,
  log: { info(facts: object, message: string): void },
): void {
  capture.once('ready', () => {
    const nice = capture.pid === undefined ? undefined : niceOf(capture.pid)
    const advice = nice === undefined ? undefined : priorityAdvice(nice, process.platform)
    if (advice !== undefined) log.info({ part: 'capture', nice }, advice)
  })
}
