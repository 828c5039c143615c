import type { FastifyInstance } from 'fastify'
import { CLOSE } from '../../shared/wire/control.ts'
import { MOST_CONSOLES } from '../console/console-feed.ts'
import { HttpError } from '../http-error.ts'
import { MAIN } from '../sessions/registry.ts'
import { asked, maySteer, NOT_A_CONTROLLER, sessionOf } from './access.ts'
import { sameOriginOnly } from './same-origin.ts'

export interface WsConsoleOptions {
  /** Host the server listens on. */
  host: string
}

/**
 * `/ws/console?session=…&key=…`: what a console or a dev panel shows, from the server only. From another computer the key of
 * main shows the listeners of all sessions, that of a session those of this one. Refusals come as a close with a reason: a page is
 * not told why a WebSocket was not taken.
 */
export async function wsConsole(app: FastifyInstance, { host }: WsConsoleOptions): Promise<void> {
  const { consoles, sessions } = app
  app.route({
    method: 'GET',
    url: '/ws/console',
    onRequest: sameOriginOnly(host),
    handler: async () => {
      throw new HttpError(426, 'web-socket-only', 'This address speaks WebSocket only.')
    },
    wsHandler(socket, request) {
      const session = asked(request, 'session') ?? MAIN
      const entry = sessions.get(session)
      if (entry === undefined) return socket.close(CLOSE.gone, 'There is no such session.')
      const seesAll = maySteer(request, sessionOf(sessions, MAIN).key)
      if (!seesAll && !maySteer(request, entry.key)) return socket.close(CLOSE.forbidden, NOT_A_CONTROLLER)
      request.raw.socket.setNoDelay(true)
      const one = { socket, session, seesAll }
      socket.on('message', () => consoles.spoke(one))
      socket.once('close', () => consoles.remove(one))
      if (!consoles.add(one))
        socket.close(CLOSE.full, `There are ${MOST_CONSOLES} consoles open already. Close one of them.`)
    },
  })
}
