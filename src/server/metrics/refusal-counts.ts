import type { FastifyInstance } from 'fastify'
import '../plugins/access.ts'
import '../plugins/consoles.ts'
import '../plugins/https.ts'
import '../plugins/session.ts'

/** How often who was refused, by reason, wherever that is counted. */
export function refusalCounts({
  refusals,
  sessions,
  consoles,
  front,
}: Pick<FastifyInstance, 'refusals' | 'sessions' | 'consoles' | 'front'>): Record<string, number> {
  return {
    ...refusals,
    'sessions-full': sessions.counts.refused,
    'consoles-full': consoles.counters.refused,
    // Where there is HTTPS: connections that came to neither TLS nor a request.
    ...(front && {
      'silent-connection': front.tooSlow,
      'not-http': front.garbage,
      'too-many-silent': front.pushedOut,
    }),
  }
}
