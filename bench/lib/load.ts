// What carrying the sound costs: CPU by process and by the browser's audio threads, and memory.
import { setTimeout as wait } from 'node:timers/promises'
import { cpuPercent, threadTimes } from './cpu.ts'
import { machineBusyMs } from './machine.ts'
import { residentTogetherMb, rssMb } from './memory.ts'

export interface Load {
  /** Per cent of one core. */
  childCpu: number
  serverCpu: number
  /** The browser's threads that have a part in the sound, by kernel name. */
  browserThreads: Map<string, number>
  browserCpu: number
  /** What everything else on this machine used meanwhile: high figures spoil the measurement. */
  othersCpu: number
  childRssMb: number
  serverRssMb: number
  /** Child and server, what they share counted once. */
  togetherMb: number
}

/** Chromium, Firefox (whose worklet is on GraphRunner) and WebKit name them differently. */
const AUDIO_THREADS = /audio|worklet|graphrunner|dedicatedworker|dom worker|webcore: worker/i

/** Watches for `seconds`; memory is read at the end. */
export async function watchLoad(
  pids: { child: number; server: number; browser: readonly number[] },
  seconds: number,
): Promise<Load> {
  const all = [pids.child, pids.server, ...pids.browser]
  const [before, busyBefore, from] = [threadTimes(all), machineBusyMs(), performance.now()]
  await wait(seconds * 1000) // the measurement itself, not a wait for something
  const [after, busyAfter, to] = [threadTimes(all), machineBusyMs(), performance.now()]
  const browser = new Set(pids.browser)
  const by = (key: Parameters<typeof cpuPercent>[3]) => cpuPercent(before, after, to - from, key)
  const whole = by(({ pid }) => (pid === pids.child ? 'child' : pid === pids.server ? 'server' : 'browser'))
  const [childCpu, serverCpu, browserCpu] = ['child', 'server', 'browser'].map((name) => whole.get(name) ?? 0)
  const busy = ((busyAfter - busyBefore) / (to - from)) * 100
  return {
    childCpu: childCpu ?? 0,
    serverCpu: serverCpu ?? 0,
    browserCpu: browserCpu ?? 0,
    browserThreads: by(({ pid, comm }) => (browser.has(pid) && AUDIO_THREADS.test(comm) ? comm : undefined)),
    othersCpu: Math.max(0, busy - (childCpu ?? 0) - (serverCpu ?? 0) - (browserCpu ?? 0)),
    childRssMb: rssMb(pids.child),
    serverRssMb: rssMb(pids.server),
    togetherMb: residentTogetherMb([pids.child, pids.server]),
  }
}
