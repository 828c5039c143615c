import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { HttpError } from '../http-error.ts'
import { sameOriginOnly } from './same-origin.ts'

export interface MixOptions {
  /** Host the server listens on. */
  host: string
}

const Row = Type.Array(Type.Number({ minimum: -4, maximum: 4 }), { minItems: 2, maxItems: 32 })
const Mix = Type.Object(
  {
    /** Left and right, one linear gain per input channel. */
    gains: Type.Array(Row, { minItems: 2, maxItems: 2 }),
  },
  { additionalProperties: false },
)
type Mix = Static<typeof Mix>

/** `/api/mix`: how the input channels become left and right. The capture child ramps to a new mix. */
export async function mix(app: FastifyInstance, { host }: MixOptions): Promise<void> {
  const { capture, session } = app
  const response = { 200: Mix }
  app.get('/api/mix', { schema: { response } }, () => ({ gains: capture.gains }))
  app.put<{ Body: Mix }>(
    '/api/mix',
    { schema: { body: Mix, response }, onRequest: sameOriginOnly(host) },
    (request) => {
      const { gains } = request.body
      const channels = session.status.info?.channels ?? capture.gains[0]?.length
      if (gains.some((row) => row.length !== channels))
        throw new HttpError(400, 'bad-mix', `Each of the two rows has ${channels} gains, one per channel.`)
      capture.setGains(gains)
      return { gains }
    },
  )
}
