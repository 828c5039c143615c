// Tasks of the page's main thread in which it answered nobody for more than 50 ms.
import type { Page } from 'playwright-core'
import type { Stall } from './classify.ts'

export interface LongTask {
  /** CLOCK_MONOTONIC, as process.hrtime gives it. */
  atMs: number
  lengthMs: number
}

/** A stall is told of when it is over, and clocks are read one after the other. */
const NEAR_MS = 50

/** Notes them from now on. `read`: all that there were since. */
export async function watchLongTasks(page: Page): Promise<{ read(): Promise<LongTask[]> }> {
  await page.evaluate(OBSERVE)
  return {
    async read() {
      const { nowMs, tasks } = (await page.evaluate(READ)) as {
        nowMs: number
        tasks: [atMs: number, lengthMs: number][]
      }
      const monotonicMinusPageMs = Number(process.hrtime.bigint()) / 1e6 - nowMs
      return tasks.map(([atMs, lengthMs]) => ({ atMs: atMs + monotonicMinusPageMs, lengthMs }))
    },
  }
}

/** Those during which the whole machine did not stand still. */
export function ownTasks(tasks: readonly LongTask[], stalls: readonly Stall[]): LongTask[] {
  return tasks.filter(
    (task) =>
      !stalls.some(
        ({ atMs, lateMs }) =>
          atMs <= task.atMs + task.lengthMs + NEAR_MS && atMs + lateMs >= task.atMs - NEAR_MS,
      ),
  )
}

const OBSERVE = `(() => {
  window.benchLongTasks = []
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.benchLongTasks.push([startTime, duration])
  }).observe({ type: 'longtask' })
})()`

const READ = '({ nowMs: performance.now(), tasks: window.benchLongTasks })'
