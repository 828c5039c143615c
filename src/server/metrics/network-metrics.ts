import type { FastifyInstance } from 'fastify'
import { RUNG_NAMES } from '../../shared/rungs.ts'
import '../plugins/session.ts'
import type { SentCounts } from '../streaming/counters.ts'
import { byName, type MetricSet, type Sample } from './metric-set.ts'

/** From the server to its listeners. */
export function addNetworkMetrics(set: MetricSet, { sessions }: Pick<FastifyInstance, 'sessions'>): void {
  const { counters } = sessions
  const sent = (what: keyof SentCounts): Sample<'rung'>[] => {
    for (const { session } of sessions.all) for (const listener of session.present) listener.settle()
    return RUNG_NAMES.map((rung) => ({ labels: { rung }, value: counters.sentByRung[rung][what] }))
  }

  set.counters('backline_packets_sent_total', 'Packets sent to listeners, by their rung.', ['rung'], () =>
    sent('packets'),
  )
  set.counters(
    'backline_bytes_sent_total',
    'Bytes sent to listeners, by their rung, control messages included.',
    ['rung'],
    () => sent('bytes'),
  )
  set.counters(
    'backline_packets_skipped_total',
    'Packets left out for a listener: too much in flight, or its socket takes nothing.',
    ['reason'],
    () => byName('reason', counters.packetsSkipped),
  )
  set.histogram(
    'backline_in_flight_seconds',
    'Sound sent and not yet in a receipt, one per receipt.',
    () => counters.heard.inFlightMs,
  )
  set.histogram(
    'backline_rtt_seconds',
    'What the way to a listener and back takes when nothing waits on it, one per receipt.',
    () => counters.heard.rttMs,
  )
}
