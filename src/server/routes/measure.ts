import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { checkRole, grantIn } from '../access/gate.ts'
import { HttpError } from '../http-error.ts'
import { MeasureError, type MeasureRefusal, Measuring } from '../measure/measuring.ts'
import { serverUs } from '../server-clock.ts'
import { MAIN } from '../sessions/registry.ts'

const Body = Type.Object(
  {
    /** As `audio_config` names it. */
    listener: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
)
type Body = Static<typeof Body>

/** See shared/wire/measure.ts. */
const Times = Type.Object({
  streamId: Type.Integer(),
  position: Type.Integer(),
  captureUs: Type.Number(),
  mixedUs: Type.Number(),
  handedUs: Type.Number(),
  receivedUs: Type.Number(),
  sentUs: Type.Number(),
})

const STATUS: Record<MeasureRefusal, number> = {
  busy: 409,
  'too-soon': 429,
  'no-source': 409,
  'marker-lost': 409,
  'source-lost': 409,
  'not-sent': 409,
}

/**
 * `POST /api/measure`: adds a short quiet sound to everybody's, and answers when it was where on its way to this listener.
 * For who is in charge of the listener's session, and its engineers.
 */
export async function measure(app: FastifyInstance): Promise<void> {
  const { sessions } = app
  const measuring = new Measuring({ capture: app.capture, nowUs: serverUs })
  app.post<{ Body: Body }>(
    '/api/measure',
    { schema: { body: Body, response: { 200: Times } } },
    async (request) => {
      const { listener: id } = request.body
      const entry = [...sessions.all].find(({ session }) => session.listener(id) !== undefined)
      checkRole(grantIn(request), entry?.session.id ?? MAIN, ['controller', 'engineer'])
      const listener = entry?.session.listener(id)
      if (listener === undefined) throw new HttpError(404, 'no-such-listener', `There is no listener ${id}.`)
      try {
        return await measuring.measure(listener)
      } catch (error) {
        if (error instanceof MeasureError)
          throw new HttpError(STATUS[error.reason], error.reason, error.message)
        throw error
      }
    },
  )
}
