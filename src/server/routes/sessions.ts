import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { CLOSE } from '../../shared/wire/control.ts'
import { HttpError } from '../http-error.ts'
import { MAIN, SessionsFullError } from '../sessions/registry.ts'
import { sessionOf } from './access.ts'
import { SessionSummary, SessionView, sessionView, summary } from './session-view.ts'

const Wanted = Type.Object(
  { name: Type.Optional(Type.String({ maxLength: 200 })) },
  { additionalProperties: false },
)
type Wanted = Static<typeof Wanted>
const Made = Type.Object({ id: Type.String(), controllerKey: Type.String(), url: Type.String() })
const NO_STORE = ['cache-control', 'no-store'] as const

/** `/api/sessions`: which there are, one more, one less, and how the members of one do. */
export async function sessions(app: FastifyInstance): Promise<void> {
  const { sessions, basePath } = app

  // Who knows all of them could visit all of them: a session's address is its secret.
  app.get(
    '/api/sessions',
    {
      schema: { response: { 200: Type.Object({ sessions: Type.Array(SessionSummary) }) } },
    },
    (_request, reply) =>
      reply
        .header(...NO_STORE)
        .send({ sessions: [...sessions.all].map((entry) => summary(entry, basePath)) }),
  )

  app.post<{ Body: Wanted }>(
    '/api/sessions',
    { schema: { body: Wanted, response: { 201: Made } } },
    (request, reply) => {
      try {
        const { session, key } = sessions.create(request.body.name ?? '')
        const url = `${basePath}/s/${session.id}`
        return reply.code(201).header('location', url).send({ id: session.id, controllerKey: key, url })
      } catch (error) {
        if (error instanceof SessionsFullError) throw new HttpError(409, 'sessions-full', error.message)
        throw error
      }
    },
  )

  app.get<{ Params: { id: string } }>(
    '/api/sessions/:id',
    { schema: { response: { 200: SessionView } } },
    ({ params }, reply) => {
      const entry = sessionOf(sessions, params.id)
      sessions.visit(entry)
      return reply.header(...NO_STORE).send(sessionView(entry, basePath))
    },
  )

  app.delete<{ Params: { id: string } }>('/api/sessions/:id', async ({ params }, reply) => {
    if (params.id === MAIN) throw new HttpError(409, 'main-stays', '"main" is always there.')
    await sessions.remove(params.id, (listener) => listener.close(CLOSE.gone, 'This session has been ended.'))
    return reply.code(204).send()
  })
}
