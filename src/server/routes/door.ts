import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { ROLES } from '../../shared/wire/room-messages.ts'
import { asked } from '../access/asked.ts'
import { grantIn, roleIn } from '../access/gate.ts'
import { MAIN } from '../sessions/registry.ts'
import { sessionOf } from './access.ts'

const Access = Type.Object({
  role: Type.Enum([...ROLES]),
  session: Type.String(),
  /** ISO 8601; null: it does not end. */
  expiresAt: Type.Union([Type.String(), Type.Null()]),
})

/**
 * `GET /api/access?session=…&role=…`: as whom one would come in, or why not. A browser tells its page nothing of why a WebSocket was
 * not taken; here the page asks.
 */
export async function door(app: FastifyInstance): Promise<void> {
  app.get('/api/access', { schema: { response: { 200: Access } } }, (request, reply) => {
    const grant = grantIn(request)
    const { session } = sessionOf(app.sessions, asked(request, 'session') ?? MAIN)
    const expiresAt = grant.expiresMs === undefined ? null : new Date(grant.expiresMs).toISOString()
    return reply
      .header('cache-control', 'no-store')
      .send({ role: roleIn(grant, session.id) ?? grant.role, session: session.id, expiresAt })
  })
}
