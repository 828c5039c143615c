import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Session, type SessionOptions } from '../sessions/session.ts'
import { OpusEncoders } from '../streaming/opus/opus-encoders.ts'

declare module 'fastify' {
  interface FastifyInstance {
    session: Session
  }
}

/** The session follows the capture child for as long as the app lives; its encoders end with it. */
async function session(app: FastifyInstance, options: Omit<SessionOptions, 'encoders'>): Promise<void> {
  const encoders = new OpusEncoders({ log: app.log.child({ part: 'opus' }) })
  const main = new Session({ ...options, encoders })
  main.follow(app.capture)
  app.decorate('session', main)
  app.addHook('onClose', () => main.stop())
}

export default fp(session, { name: 'session', fastify: '5.x', dependencies: ['capture'] })
