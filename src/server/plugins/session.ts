import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { type RegistryOptions, Sessions } from '../sessions/registry.ts'
import type { Session } from '../sessions/session.ts'
import { newKey } from '../sessions/session-id.ts'
import { EncoderShare } from '../streaming/opus/encoder-share.ts'
import { OpusEncoders } from '../streaming/opus/opus-encoders.ts'

declare module 'fastify' {
  interface FastifyInstance {
    sessions: Sessions
    encoders: OpusEncoders
    /** "main". */
    session: Session
  }
}

/** The sessions follow the capture child for as long as the app lives; their encoders end with it. */
async function session(app: FastifyInstance, options: Omit<RegistryOptions, 'encoders'>): Promise<void> {
  const opus = new OpusEncoders({ log: app.log.child({ part: 'opus' }) })
  const encoders = new EncoderShare(opus)
  // One that is made is for nobody: it is told nowhere.
  const controllerKey = options.controllerKey || newKey()
  const sessions = new Sessions({ ...options, controllerKey, encoders })
  sessions.follow(app.capture)
  app.decorate('sessions', sessions)
  app.decorate('encoders', opus)
  app.decorate('session', sessions.main)
  app.addHook('onClose', () => sessions.stop())
}

export default fp(session, { name: 'session', fastify: '5.x', dependencies: ['capture'] })
