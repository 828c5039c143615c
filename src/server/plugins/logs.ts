import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { HttpError } from '../http-error.ts'
import { RefusalWatch } from '../logs/refusal-watch.ts'
import { Visits } from '../logs/visits.ts'
import { refusalCounts } from '../metrics/refusal-counts.ts'

declare module 'fastify' {
  interface FastifyInstance {
    visits: Visits
  }
}

/** No reason has more lines than one in this time. */
const REFUSALS_MS = 1000

/** Who comes and goes, and who is refused, in the log. */
async function logs(app: FastifyInstance): Promise<void> {
  const access = app.log.child({ part: 'access' })
  const refusals = new RefusalWatch()
  app.decorate('visits', new Visits(app.log.child({ part: 'listeners' })))
  app.addHook('onError', async ({ ip }, _reply, error) => {
    if (error instanceof HttpError) refusals.note(error.reason, ip)
  })
  const tell = () => {
    for (const line of refusals.look(refusalCounts(app))) access.warn(line, 'refused')
  }
  const timer = setInterval(tell, REFUSALS_MS).unref()
  app.addHook('onReady', async () => tell())
  app.addHook('onClose', async () => {
    clearInterval(timer)
    tell()
  })
}

export default fp(logs, { name: 'logs', fastify: '5.x', dependencies: ['session', 'consoles', 'access'] })
