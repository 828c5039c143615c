// What a page costs in Chromium, by what its threads are for.
import type { CDPSession } from 'playwright-core'
import { cpuPercent, type ThreadTime, threadTimes } from './cpu.ts'
import { machineBusyMs } from './machine.ts'

/** Per cent of one core. */
export interface PageLoad {
  /** The page's main thread: script, style, layout, painting lists. */
  main: number
  /** The renderer's compositor and the threads that rasterise its tiles. */
  compositor: number
  /** The workers that paint for it. */
  painters: number
  /** Audio worklet and network worker: the sound, whatever the page shows. */
  sound: number
  /** What else the renderer has: garbage collection, I/O. */
  rest: number
  /** The process that puts the picture on the display; without graphics hardware it does that by computing. */
  display: number
  /** All the rest of this machine, this bench's recorder included: high figures spoil the measurement. */
  others: number
  /** Of the budgeted threads, by kernel name; the main one is named after its process. */
  threads: Map<string, number>
}

export interface LoadWatch {
  /** What was used since it was begun. */
  stop(): Promise<PageLoad>
}

const SOUND = /audio|worklet/i
const COMPOSITOR = /^compositor/i
const WORKER = /^dedicatedworker/i

/**
 * `browser`: a session with the browser itself. Its only page that does anything should be one that has pressed Listen once: the
 * worker that brings the sound is then the first of its workers, and nothing else tells it from those that paint.
 */
export async function watchPageLoad(browser: CDPSession): Promise<LoadWatch> {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo')
  const ids = (type: string) => processInfo.filter((one) => one.type === type).map(({ id }) => id)
  const [renderers, displays] = [ids('renderer'), ids('GPU')]
  const all = processInfo.map(({ id }) => id)
  const before = threadTimes(all)
  const workers = before.filter(({ pid, comm }) => renderers.includes(pid) && WORKER.test(comm))
  const networkWorker = Math.min(...workers.map(({ tid }) => tid))
  const part = ({ pid, tid, comm }: ThreadTime): keyof PageLoad => {
    if (displays.includes(pid)) return 'display'
    if (!renderers.includes(pid)) return 'others'
    if (pid === tid) return 'main'
    if (COMPOSITOR.test(comm)) return 'compositor'
    if (WORKER.test(comm)) return tid === networkWorker ? 'sound' : 'painters'
    return SOUND.test(comm) ? 'sound' : 'rest'
  }
  const [busyBefore, fromMs] = [machineBusyMs(), performance.now()]
  return {
    async stop() {
      const [after, busyAfter, toMs] = [threadTimes(all), machineBusyMs(), performance.now()]
      const by = (key: (thread: ThreadTime) => string | undefined) =>
        cpuPercent(before, after, toMs - fromMs, key)
      const used = by(part)
      const of = (name: keyof PageLoad) => used.get(name) ?? 0
      const ours = of('main') + of('compositor') + of('painters') + of('sound') + of('rest') + of('display')
      return {
        main: of('main'),
        compositor: of('compositor'),
        painters: of('painters'),
        sound: of('sound'),
        rest: of('rest'),
        display: of('display'),
        others: ((busyAfter - busyBefore) / (toMs - fromMs)) * 100 - ours,
        threads: by((thread) => (renderers.includes(thread.pid) ? thread.comm : undefined)),
      }
    },
  }
}
