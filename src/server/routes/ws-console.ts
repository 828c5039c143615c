import type { FastifyInstance } from 'fastify'
import { CLOSE } from '../../shared/wire/control.ts'
import { TOLD } from '../access/actions.ts'
import { asked } from '../access/asked.ts'
import { grantIn, mayAsk } from '../access/gate.ts'
import { type Console, MOST_CONSOLES } from '../console/console-feed.ts'
import { HttpError } from '../http-error.ts'
import { MAIN } from '../sessions/registry.ts'

/**
 * `/ws/console?session=…&key=…`: what a console or a dev panel shows, from the server only, as far as the table of actions lets
 * its bearer ask for the same.
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
      const sees: Console['sees'] = {
        capture: mayAsk(grant, TOLD.capture),
        levels: mayAsk(grant, TOLD.levels),
        mix: mayAsk(grant, TOLD.mix),
        listeners: mayAsk(grant, TOLD.listeners),
      }
      request.raw.socket.setNoDelay(true)
      const one = { socket, session, sees }
      socket.on('message', () => consoles.spoke(one))
      socket.once('close', () => consoles.remove(one))
      if (!consoles.add(one))
        socket.close(
          CLOSE.full,
          `There are ${MOST_CONSOLES} consoles of this room open already. Close one of them.`,
        )
    },
  })
}
