import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Session, type SessionOptions } from '../sessions/session.ts'

declare module 'fastify' {
  interface FastifyInstance {
    session: Session
  }
}

/** The session follows the capture child for as long as the app lives. */
async function session(app: FastifyInstance, options: SessionOptions): Promise<void> {
  const main = new Session(options)
  main.follow(app.capture)
  app.decorate('session', main)
}

export default fp(session, { name: 'session', fastify: '5.x', dependencies: ['capture'] })
