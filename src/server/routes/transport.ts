import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { SetRoom, Transport } from '../../shared/wire/room-schema.ts'
import { HttpError } from '../http-error.ts'
import { serverUs } from '../server-clock.ts'
import { TransportError } from '../sessions/room/transport-error.ts'
import { sessionOf } from './access.ts'

const { type, ...parts } = Transport.properties
/** The message of a controller; `atUnixMs`: when it is heard, by the reference time. */
const Body = Type.Object(
  {
    ...parts,
    type: Type.Optional(type),
    atUnixMs: Type.Optional(Type.Number({ minimum: 0 })),
  },
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

const { type: setRoom, ...settings } = SetRoom.properties
const RoomWish = Type.Object({ ...settings, type: Type.Optional(setRoom) }, { additionalProperties: false })
type RoomWish = Static<typeof RoomWish>

/** What is set now. */
const RoomIs = Type.Object({
  steadyMs: Type.Number(),
  pauseWhenLow: Type.Boolean(),
  /** null: what the slowest listener needs. */
  fixedDelayMs: Type.Union([Type.Number(), Type.Null()]),
})

/**
 * `POST /api/sessions/:id/transport` and `PUT /api/sessions/:id/room`: what a controller's `transport` and `set_room` messages do,
 * for scripts, and for a console that does not listen.
 */
export async function transport(app: FastifyInstance): Promise<void> {
  const { sessions } = app
  app.post<{ Params: { id: string }; Body: Body }>(
    '/api/sessions/:id/transport',
    {
      schema: { body: Body, response: { 200: Done } },
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

  app.put<{ Params: { id: string }; Body: RoomWish }>(
    '/api/sessions/:id/room',
    { schema: { body: RoomWish, response: { 200: RoomIs } } },
    ({ params, body }) => {
      const { room } = sessionOf(sessions, params.id).session
      room.settle(body)
      return {
        steadyMs: room.steady.fixedMs ?? 0,
        pauseWhenLow: room.pauseWhenLow,
        fixedDelayMs: room.together.fixedMs ?? null,
      }
    },
  )
}
