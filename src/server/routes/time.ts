import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { serverUs } from '../server-clock.ts'

const Time = Type.Object({
  /** ISO 8601. */
  serverTime: Type.String(),
  serverTimeMs: Type.Number(),
  /** Nanoseconds since the server started, as text: more than a double holds. */
  hrtime: Type.String(),
  /** The server clock that packets are stamped with. */
  serverUs: Type.Number(),
  reference: Type.Literal('system'),
})

/** `GET /time`: what this machine takes the time to be. */
export async function time(app: FastifyInstance): Promise<void> {
  const startedNs = process.hrtime.bigint()
  app.get('/time', { schema: { response: { 200: Time } } }, (_request, reply) => {
    const serverTimeMs = Date.now()
    return reply.header('cache-control', 'no-store').send({
      serverTime: new Date(serverTimeMs).toISOString(),
      serverTimeMs,
      hrtime: String(process.hrtime.bigint() - startedNs),
      serverUs: serverUs(),
      reference: 'system' as const,
    })
  })
}
