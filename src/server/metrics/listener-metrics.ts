import type { FastifyInstance } from 'fastify'
import { RUNG_NAMES } from '../../shared/rungs.ts'
import type { SyncStatus } from '../../shared/wire/room-messages.ts'
import { MODE_NAMES } from '../../shared/wire/room-names.ts'
import '../plugins/consoles.ts'
import '../plugins/logs.ts'
import '../plugins/session.ts'
import { byName, type MetricSet, type Sample } from './metric-set.ts'
import { refusalCounts } from './refusal-counts.ts'

const STATUSES = ['active', 'slow', 'timeout', 'degraded'] as const satisfies SyncStatus[]

/** Who listens, how, how well, and who may not. */
export function addListenerMetrics(
  set: MetricSet,
  app: Pick<FastifyInstance, 'sessions' | 'consoles' | 'refusals' | 'visits'>,
  maxListeners: number,
): void {
  const { sessions, consoles, visits } = app
  const { counters } = sessions

  set.gauges('backline_listeners', 'Listeners by mode and rung.', ['mode', 'rung'], () =>
    byModeAndRung(sessions),
  )
  set.gauge('backline_listeners_max', 'Listeners there may be: MAX_LISTENERS.', () => maxListeners)
  set.counter('backline_listeners_joined_total', 'Listeners that were taken in.', () => visits.joined)
  set.counters('backline_listeners_left_total', 'Listeners that left, by why.', ['reason'], () =>
    byName('reason', visits.left),
  )
  set.gauge('backline_sessions', 'Sessions, main included.', () => sessions.counts.open)
  set.gauges('backline_room_members', 'Who listens together or steady, by how they do.', ['status'], () =>
    byStatus(sessions),
  )
  set.histogram(
    'backline_sync_error_seconds',
    "Distance of a member from its room's line, one per report.",
    () => counters.heard.syncErrorMs,
  )
  set.counter(
    'backline_underrun_episodes_total',
    'Runs of missing sound at listeners, as they say.',
    () => counters.heard.episodes,
  )
  set.counter('backline_rung_switches_total', 'Changes of rung.', () => counters.switches)
  set.counters('backline_bad_messages_total', 'Messages of listeners that were refused.', ['reason'], () =>
    byName('reason', counters.badMessages),
  )
  set.counters('backline_refusals_total', 'Requests and connections that were refused.', ['reason'], () =>
    byName('reason', refusalCounts(app)),
  )
  set.gauge('backline_consoles', 'Consoles and dev panels that are open.', () => consoles.size)
  set.counter(
    'backline_console_messages_skipped_total',
    'Messages left out because a console was slow to take them.',
    () => consoles.counters.skipped,
  )
}

/** Every pair, also those nobody is: a series that comes and goes is hard to watch. */
function byModeAndRung({ all }: FastifyInstance['sessions']): Sample<'mode' | 'rung'>[] {
  const samples = MODE_NAMES.flatMap((mode) =>
    RUNG_NAMES.map((rung) => ({ labels: { mode, rung }, value: 0 })),
  )
  for (const { session } of all)
    for (const [{ rung }, { mode }] of session.room.audience) {
      const sample = samples.find(({ labels }) => labels.mode === mode && labels.rung === rung)
      if (sample !== undefined) sample.value++
    }
  return samples
}

function byStatus({ all }: FastifyInstance['sessions']): Sample<'status'>[] {
  const groups = [...all].flatMap(({ session }) => session.room.groups)
  return STATUSES.map((status) => ({
    labels: { status },
    value: groups.reduce((sum, group) => sum + group.count(status), 0),
  }))
}
