import type { FastifyInstance } from 'fastify'
import type { RawData } from 'ws'
import { CLOSE } from '../../shared/wire/control.ts'
import { HttpError } from '../http-error.ts'
import { serverUs } from '../server-clock.ts'
import { Listener } from '../streaming/listener.ts'
import { ControlInbox } from './control-inbox.ts'
import { sameOriginOnly } from './same-origin.ts'

export interface WsAudioOptions {
  /** Host the server listens on. */
  host: string
}

/** `/ws/audio`: audio packets and control messages of one listener. */
export async function wsAudio(app: FastifyInstance, { host }: WsAudioOptions): Promise<void> {
  const { session } = app
  app.route({
    method: 'GET',
    url: '/ws/audio',
    onRequest: sameOriginOnly(host),
    handler: async () => {
      throw new HttpError(426, 'web-socket-only', 'This address speaks WebSocket only.')
    },
    wsHandler(socket, request) {
      const { counters } = session
      // A packet every 3 ms must not wait for the ack of the one before.
      request.raw.socket.setNoDelay(true)
      const listener = new Listener(socket, request.raw.socket, counters)
      const inbox = new ControlInbox(listener, counters)
      const onMessage = (data: RawData, isBinary: boolean) => inbox.receive(data, isBinary, serverUs())
      socket.on('message', onMessage)
      socket.once('close', () => {
        socket.off('message', onMessage)
        session.leave(listener)
      })
      if (!session.join(listener)) listener.close(CLOSE.full, 'All places are taken. Try again later.')
    },
  })
}
