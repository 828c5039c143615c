import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { BY_US_HEADER, SERVER_US_HEADER } from '../../shared/wire/time-limit.ts'
import { HttpError } from '../http-error.ts'
import { serverUs } from '../server-clock.ts'

/**
 * A network that hung delivers also what whoever asked for it has long been told is lost: a request may say until when it counts.
 * Register after the door: who may not come in is told so first.
 */
async function timeLimit(app: FastifyInstance): Promise<void> {
  // When it has been read whole: what is late may be its body.
  app.addHook('preHandler', async ({ headers }) => {
    const asked = headers[BY_US_HEADER]
    if (asked === undefined) return
    const byUs = Number(asked)
    if (asked === '' || !Number.isFinite(byUs))
      throw new HttpError(400, 'bad-request', `${BY_US_HEADER} is µs of the server clock.`)
    if (serverUs() > byUs)
      throw new HttpError(409, 'too-old', 'It came later than it was to count, so nothing was done.')
  })
  // Not to strangers: it is for how long this computer has been up.
  app.addHook('onSend', async ({ routeOptions, grant }, reply) => {
    if (grant !== undefined && routeOptions.url?.startsWith('/api/'))
      reply.header(SERVER_US_HEADER, Math.round(serverUs()))
  })
}

export default fp(timeLimit, { name: 'time-limit', fastify: '5.x', dependencies: ['access'] })
