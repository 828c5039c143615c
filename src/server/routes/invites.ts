import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { ROLES } from '../../shared/wire/room-messages.ts'
import { checkRole, grantIn, roleIn } from '../access/gate.ts'
import type { Invite } from '../access/invite-book.ts'
import { MOST_HOURS } from '../access/invites.ts'
import { HttpError } from '../http-error.ts'
import { MAIN } from '../sessions/registry.ts'
// For the type it adds to the app.
import '../plugins/lan.ts'
import { sessionOf } from './access.ts'
import { kept } from './kept.ts'

const Wish = Type.Object(
  {
    role: Type.Enum([...ROLES]),
    session: Type.Optional(Type.String({ maxLength: 64 })),
    hours: Type.Optional(Type.Number({ minimum: 0.01, maximum: MOST_HOURS })),
  },
  { additionalProperties: false },
)
type Wish = Static<typeof Wish>

const InviteView = Type.Object({
  id: Type.String(),
  role: Type.Enum([...ROLES]),
  session: Type.String(),
  /** ISO 8601. */
  expiresAt: Type.String(),
})
/** The address has the token, and is told only here. */
const Made = Type.Object({
  ...InviteView.properties,
  url: Type.String(),
  /** Of the server, for others on its network, where it knows that. */
  origin: Type.Optional(Type.String()),
})

const NO_STORE = ['cache-control', 'no-store'] as const

/** `/api/invites`: signed links for others; who is in charge of a session gives them out, and takes them back. */
export async function invites(app: FastifyInstance): Promise<void> {
  const { invites, sessions, guests, basePath } = app

  app.get(
    '/api/invites',
    { schema: { response: { 200: Type.Object({ invites: Type.Array(InviteView) }) } } },
    (request, reply) =>
      reply.header(...NO_STORE).send({
        invites: invites
          .alive()
          // A room that has ended lets nobody in any more.
          .filter(({ session }) => sessions.get(session) !== undefined && mayHandle(request, session))
          .map(view),
      }),
  )

  app.post<{ Body: Wish }>(
    '/api/invites',
    { schema: { body: Wish, response: { 201: Made } } },
    async (request, reply) => {
      const { role, session = MAIN, hours } = request.body
      const grant = grantIn(request)
      checkRole(grant, session, ['controller'])
      sessionOf(sessions, session)
      const wish = { role, session, notAfterMs: grant.expiresMs, ...(hours === undefined ? {} : { hours }) }
      const made = await kept(() => invites.create(wish))
      return reply
        .code(201)
        .header(...NO_STORE)
        .send({
          ...view(made),
          url: `${basePath}${made.path}`,
          ...(app.lanOrigin && { origin: app.lanOrigin() }),
        })
    },
  )

  app.delete<{ Params: { id: string } }>('/api/invites/:id', async (request, reply) => {
    const invite = invites.get(request.params.id)
    if (invite === undefined || !mayHandle(request, invite.session))
      throw new HttpError(404, 'no-such-invite', 'There is no such invite.')
    const struck = kept(() => invites.revoke(invite.id))
    // Who came by it is shown out whether or not the disk remembers.
    guests.showOut(invite.id)
    await struck
    return reply.code(204).send()
  })
}

/** Who is in charge of main, which is the server's, looks after the invites of all. */
function mayHandle(request: FastifyRequest, session: string): boolean {
  const grant = grantIn(request)
  return roleIn(grant, session) === 'controller' || (grant.session === MAIN && grant.role === 'controller')
}

function view({ id, role, session, expiresMs }: Pick<Invite, 'id' | 'role' | 'session' | 'expiresMs'>) {
  return { id, role, session, expiresAt: new Date(expiresMs).toISOString() }
}
