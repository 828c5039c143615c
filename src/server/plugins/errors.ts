import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { HttpError } from '../http-error.ts'

/** What every refused request is answered with. */
export interface ErrorReply {
  /** The status in words. */
  error: string
  /** For programs: kebab-case, stable. */
  reason: string
  /** For people. */
  message: string
}

/** Shows what the client did wrong, and what was put into words for it; hides, and logs, what else we did wrong. */
export function replyWithError(
  error: Error & { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const status = error.statusCode ?? 500
  const isTold = error instanceof HttpError || status < 500
  if (status >= 500) request.log.error(error)
  const body: ErrorReply = {
    error: STATUS_CODES[status] ?? 'Error',
    reason: isTold ? reasonOf(error, status) : 'internal',
    message: isTold ? error.message : 'Something went wrong here; the log says what.',
  }
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body))
}

function reasonOf(error: Error, status: number): string {
  if (error instanceof HttpError) return error.reason
  return (STATUS_CODES[status] ?? 'error').toLowerCase().replaceAll(' ', '-')
}

/** Without its query, which may hold a key. */
function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}

/** The one error handler, also for addresses that do not exist. */
async function errors(app: FastifyInstance): Promise<void> {
  app.setErrorHandler<FastifyError>((error, request, reply) => replyWithError(error, request, reply))
  app.setNotFoundHandler((request, reply) =>
    replyWithError(
      new HttpError(404, 'not-found', `There is no ${pathOf(request.url)} here.`),
      request,
      reply,
    ),
  )
}

export default fp(errors, { name: 'errors', fastify: '5.x' })
