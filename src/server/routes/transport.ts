import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { Transport } from '../../shared/wire/room-schema.ts'
import { HttpError } from '../http-error.ts'
import { serverUs } from '../server-clock.ts'
import { TransportError } from '../sessions/room/transport-error.ts'
import { checkSteering, sessionOf } from './access.ts'
import { sameOriginOnly } from './same-origin.ts'

export interface TransportOptions {
  /** Host the server listens on. */
  host: string
}

const { type, ...parts } = Transport.properties
/** The message of a controller; `atUnixMs`: when it is heard, by the reference time. */
const Body = Type.Object(
  { ...parts, type: Type.Optional(type), atUnixMs: Type.Optional(Type.Number({ minimum: 0 })) },
  { additionalProperties: false },
)
type Body = Static<typeof Body>

const Done = Type.Object({
  action: parts.action,
  /** When it is heard: server clock, µs … */
  atUs: Type.Number(),
  /** … and Unix time, which is off by no more than this; null: nobody knows. */
  atUnixMs: Type.Number(),
  errorMs: Type.Union([Type.Number(), Type.Null()]),
  serverUs: Type.Number(),
  /** How far behind live it will be. */
  backMs: Type.Number(),
  /** What will be other than was asked for; empty: nothing. */
  note: Type.String(),
})

/** `POST /api/sessions/:id/transport`: what a controller's `transport` message does, for scripts. */
export async function transport(app: FastifyInstance, { host }: TransportOptions): Promise<void> {
  const { sessions } = app
  app.post<{ Params: { id: string }; Body: Body }>(
    '/api/sessions/:id/transport',
    {
      schema: { body: Body, response: { 200: Done } },
      onRequest: [
        sameOriginOnly(host),
        async (request) => {
          const { id } = request.params as { id: string }
          checkSteering(request, sessionOf(sessions, id).key)
        },
      ],
    },
    ({ params, body: { atUnixMs, ...body } }) => {
      const { session } = sessionOf(sessions, params.id)
      const { reference } = app
      const at = atUnixMs === undefined ? {} : { atUs: reference.toServerUs(atUnixMs) }
      try {
        const announced = session.room.announce({ ...body, ...at })
        return {
          action: announced.action,
          atUs: announced.atUs,
          atUnixMs: reference.toUnixMs(announced.atUs),
          errorMs: reference.now().errorMs,
          serverUs: serverUs(),
          backMs: announced.backMs,
          note: announced.note,
        }
      } catch (error) {
        if (error instanceof TransportError) throw new HttpError(409, error.reason, error.message)
        throw error
      }
    },
  )
}
