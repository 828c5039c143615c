import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { captureRevision, captureView } from '../console/capture-view.ts'
import { ConsoleFeed } from '../console/console-feed.ts'
import { listenersView } from '../console/listeners-view.ts'
// For the types they add to the app.
import './mix.ts'
import './session.ts'

declare module 'fastify' {
  interface FastifyInstance {
    consoles: ConsoleFeed
  }
}

/** What consoles are told of capture, mix and listeners, for as long as the app lives. */
async function consoles(app: FastifyInstance): Promise<void> {
  const { capture, mixDesk, session, sessions } = app
  const feed = new ConsoleFeed({
    capture: () => captureView(capture, session.status),
    captureRevision: () => captureRevision(capture, session.status),
    mix: () => mixDesk.view(),
    mixRevision: () => mixDesk.revision,
    listeners: (id) => {
      const entry = id === undefined ? undefined : sessions.get(id)
      return listenersView(id === undefined ? sessions.all : entry ? [entry] : [], performance.now())
    },
    listenersRevision: () => sessions.listeners,
    // Who only watches is there as well: a room that waits for its listeners is not left.
    attend: (id) => {
      const entry = sessions.get(id)
      if (entry !== undefined) sessions.visit(entry)
      return entry !== undefined
    },
  })
  capture.on('levels', (levels) => feed.levels(levels))
  app.decorate('consoles', feed)
  app.addHook('onClose', async () => feed.stop())
}

export default fp(consoles, { name: 'consoles', fastify: '5.x', dependencies: ['mix', 'session'] })
