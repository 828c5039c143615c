import jwt from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { InviteBook } from '../access/invite-book.ts'
import { type Claims, Invites } from '../access/invites.ts'
import { Secret } from '../access/secret.ts'

declare module 'fastify' {
  interface FastifyInstance {
    invites: Invites
  }
}

export interface InvitesOptions {
  /** Folder of the secret and of the book of invites; made with the first invite. */
  dataDir: string
}

/** Signed links, read before the app is ready. */
async function invites(app: FastifyInstance, { dataDir }: InvitesOptions): Promise<void> {
  const log = app.log.child({ part: 'access' })
  const warn = (message: string) => log.warn(message)
  const secret = await Secret.open(dataDir, warn)
  const book = await InviteBook.open(dataDir, warn)
  await app.register(jwt, {
    secret: secret.value,
    sign: { algorithm: 'HS256', noTimestamp: true },
    // When a link ends is looked at by who knows the time of the request.
    verify: {
      algorithms: ['HS256'],
      ignoreExpiration: true,
      requiredClaims: ['role', 'session', 'jti', 'exp'],
      cache: false,
    },
  })
  const signer = {
    sign: (claims: Claims) => app.jwt.sign({ ...claims }),
    read: (token: string) => app.jwt.verify<Claims>(token),
  }
  app.decorate('invites', new Invites(secret, book, signer))
}

export default fp(invites, { name: 'invites', fastify: '5.x' })
