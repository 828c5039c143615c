import websocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { comeBackReason, comeBackTimesMs } from '../../shared/wire/come-back.ts'
import { CLOSE } from '../../shared/wire/control.ts'
// For the type it adds to the app.
import './access.ts'
import './logs.ts'

/** A listener that has not answered the close by then is cut off. */
const CLOSE_GRACE_MS = 500

/** Whoever was told to go for another reason has 2 s to answer. Its types do not know it yet. */
const CLOSING = { closeTimeout: 2000 }

export interface WebSocketOptions {
  /** From a browser; a longer one ends its connection. */
  maxMessageBytes: number
}

/** WebSockets on Fastify's routes. On close, each is told when to come back, then cut off. */
async function webSockets(app: FastifyInstance, { maxMessageBytes }: WebSocketOptions): Promise<void> {
  await app.register(websocket, {
    // What is too long for a control message is answered with a reason; beyond this `ws` hangs up with 1009.
    options: { maxPayload: maxMessageBytes, perMessageDeflate: false, ...CLOSING },
    errorHandler(error, socket, request) {
      const { code } = error as NodeJS.ErrnoException
      const fromOutside = code !== undefined
      if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') app.refusals['message-size']++
      if (fromOutside) request.log.debug(error, 'listener broke the protocol or the connection')
      else {
        request.log.error(error)
        socket.terminate()
      }
    },
    async preClose() {
      app.visits.close()
      const open = [...app.websocketServer.clients]
      const closed = Promise.all(
        open.map((socket) => new Promise((resolve) => socket.once('close', resolve))),
      )
      const timesMs = comeBackTimesMs(open.length, Math.random)
      for (const [i, socket] of open.entries())
        socket.close(CLOSE.restarting, comeBackReason(timesMs[i] as number))
      const timer = setTimeout(() => {
        for (const socket of open) socket.terminate()
      }, CLOSE_GRACE_MS)
      await closed
      clearTimeout(timer)
      app.websocketServer.close()
    },
  })
}

export default fp(webSockets, { name: 'web-sockets', fastify: '5.x' })
