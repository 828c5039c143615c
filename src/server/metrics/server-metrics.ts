import type { FastifyInstance } from 'fastify'
import '../plugins/session.ts'
import { type LoopDelay, QUANTILES } from './loop-delay.ts'
import type { MetricSet } from './metric-set.ts'

const US_PER_S = 1e6

/** The server's own process. */
export function addServerMetrics(
  set: MetricSet,
  { sessions }: Pick<FastifyInstance, 'sessions'>,
  { version, loopDelay }: { version: string; loopDelay: LoopDelay },
): void {
  set.gauges(
    'backline_event_loop_delay_seconds',
    'How late the event loop is for what it is to do, over the last 30 to 60 s; quantile 1: the worst.',
    ['quantile'],
    () =>
      QUANTILES.map((quantile) => ({
        labels: { quantile: String(quantile) },
        value: loopDelay.delayMs(quantile) / 1000,
      })),
  )
  set.counter(
    'backline_event_loop_busy_seconds_total',
    'Time the event loop had something to do.',
    () => performance.eventLoopUtilization().active / 1000,
  )
  set.gauge('backline_fanout_ratio', 'Part of the time that handing out packets takes.', () => sessions.load)
  set.counter('backline_server_cpu_seconds_total', 'CPU time of the server, all its threads.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / US_PER_S
  })
  set.gauge('backline_server_resident_memory_bytes', 'Memory of the server.', () => process.memoryUsage.rss())
  set.gauge(
    'backline_server_heap_bytes',
    'JavaScript objects of the server.',
    () => process.memoryUsage().heapUsed,
  )
  set.gauge('backline_history_bytes', 'Sound that is remembered for listeners who come back.', () =>
    [...sessions.all]
      .flatMap(({ session }) => session.rungs)
      .reduce((sum, { history }) => sum + history.bytes, 0),
  )
  set.gauges(
    'backline_active_resources',
    'What keeps the event loop alive, by the names Node gives: sockets, timers and so on.',
    ['type'],
    () => counted(process.getActiveResourcesInfo()),
  )
  set.gauge(
    'backline_server_start_time_seconds',
    'When the server was started, Unix time.',
    () => performance.timeOrigin / 1000,
  )
  set.gauges('backline_build_info', 'Always 1; which version runs.', ['version'], () => [
    { labels: { version }, value: 1 },
  ])
}

function counted(types: readonly string[]): { labels: { type: string }; value: number }[] {
  const counts = new Map<string, number>()
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1)
  return [...counts].map(([type, value]) => ({ labels: { type }, value }))
}
