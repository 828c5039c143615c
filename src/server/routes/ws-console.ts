import type { FastifyInstance } from 'fastify'
import { CLOSE } from '../../shared/wire/control.ts'
import { asked } from '../access/asked.ts'
import { grantIn } from '../access/gate.ts'
import { MOST_CONSOLES } from '../console/console-feed.ts'
import { HttpError } from '../http-error.ts'
import { MAIN } from '../sessions/registry.ts'

/**
 * `/ws/console?session=…&key=…`: what a console or a dev panel shows, from the server only. From another computer a key of
 * main shows the listeners of all sessions, that of a session those of this one.
 */
export async function wsConsole(app: FastifyInstance): Promise<void> {
  const { consoles, sessions } = app
  app.route({
    method: 'GET',
    url: '/ws/console',
    handler: async () => {
      throw new HttpError(426, 'web-socket-only', 'This address speaks WebSocket only.')
    },
    wsHandler(socket, request) {
      const session = asked(request, 'session') ?? MAIN
      const entry = sessions.get(session)
      if (entry === undefined) return socket.close(CLOSE.gone, 'There is no such session.')
      const grant = grantIn(request)
      const seesAll = grant.isHere || grant.session === MAIN
      request.raw.socket.setNoDelay(true)
      const one = { socket, session, seesAll }
      socket.on('message', () => consoles.spoke(one))
      socket.once('close', () => consoles.remove(one))
      if (!consoles.add(one))
        socket.close(CLOSE.full, `There are ${MOST_CONSOLES} consoles open already. Close one of them.`)
    },
  })
}
