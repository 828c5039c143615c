import type { FastifyInstance } from 'fastify'
import '../plugins/access.ts'
import '../plugins/consoles.ts'
import '../plugins/session.ts'

/** How often who was refused, by reason, wherever that is counted. */
export function refusalCounts({
  refusals,
  sessions,
  consoles,
}: Pick<FastifyInstance, 'refusals' | 'sessions' | 'consoles'>): Record<string, number> {
  return {
    ...refusals,
    'sessions-full': sessions.counts.refused,
    'consoles-full': consoles.counters.refused,
  }
}
