import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { hrtimeText, serverUs } from '../server-clock.ts'

const Count = Type.Integer({ minimum: 0 })
const NumberOrNull = Type.Union([Type.Number(), Type.Null()])

const Reference = Type.Object({
  /** system: no NTP server is named, or none tells a time to believe. */
  source: Type.Union([Type.Literal('ntp'), Type.Literal('system')]),
  server: Type.Optional(Type.String()),
  /** Reference less system clock. */
  offsetMs: Type.Number(),
  /** null: nobody knows. */
  errorMs: NumberOrNull,
  /** null: never. */
  lastSyncMs: NumberOrNull,
  /** Polls in which the servers contradicted each other. */
  noMajority: Count,
  servers: Type.Array(
    Type.Object({
      host: Type.String(),
      state: Type.Union(
        (['unasked', 'ok', 'failing', 'falseticker'] as const).map((state) => Type.Literal(state)),
      ),
      answers: Count,
      failures: Count,
      /** How often it was outvoted. */
      falseticker: Count,
      /** Why it is failing. */
      fault: Type.Union([Type.String(), Type.Null()]),
      /** Of its last answer. */
      offsetMs: NumberOrNull,
      errorMs: NumberOrNull,
      stratum: NumberOrNull,
    }),
  ),
})

export const Time = Type.Object({
  /** ISO 8601, by the reference. */
  serverTime: Type.String(),
  serverTimeMs: Type.Number(),
  /** Nanoseconds since the server started, as text: more than a double holds. */
  hrtime: Type.String(),
  /** The server clock that packets are stamped with. */
  serverUs: Type.Number(),
  reference: Reference,
})

/** `GET /time`: what time it is, by whom, and how sure that is. */
export async function time(app: FastifyInstance): Promise<void> {
  app.get('/time', { schema: { response: { 200: Time } } }, (_request, reply) => {
    const nowUs = serverUs()
    const serverTimeMs = app.reference.toUnixMs(nowUs)
    return reply.header('cache-control', 'no-store').send({
      serverTime: new Date(serverTimeMs).toISOString(),
      serverTimeMs,
      hrtime: hrtimeText(),
      serverUs: nowUs,
      reference: app.reference.report(),
    })
  })
}
