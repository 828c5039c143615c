import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RawData } from 'ws'
import { isRungName, RUNG_NAMES } from '../../shared/rungs.ts'
import { CLOSE } from '../../shared/wire/control.ts'
import { HttpError } from '../http-error.ts'
import { serverUs } from '../server-clock.ts'
import { type Asked, Listener } from '../streaming/listener.ts'
import { ControlInbox } from './control-inbox.ts'
import { sameOriginOnly } from './same-origin.ts'

export interface WsAudioOptions {
  /** Host the server listens on. */
  host: string
}

/**
 * `/ws/audio?rung=…&start=…&kbps=…`: audio packets and control messages of one listener. `rung`: one to stay on, or `auto`, as
 * without; `start`: the one `auto` begins with; `kbps`: what the link delivers, as far
 * as the page has seen.
 */
export async function wsAudio(app: FastifyInstance, { host }: WsAudioOptions): Promise<void> {
  const { session } = app
  app.route({
    method: 'GET',
    url: '/ws/audio',
    onRequest: [sameOriginOnly(host), checkAsked],
    handler: async () => {
      throw new HttpError(426, 'web-socket-only', 'This address speaks WebSocket only.')
    },
    wsHandler(socket, request) {
      const { counters } = session
      // A packet every 3 ms must not wait for the ack of the one before.
      request.raw.socket.setNoDelay(true)
      const listener = new Listener(socket, request.raw.socket, counters, undefined, asked(request))
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

/** An onRequest hook: before the connection is taken, so that the answer can say what is wrong. */
async function checkAsked(request: FastifyRequest): Promise<void> {
  asked(request)
}

function asked({ query }: FastifyRequest): Asked {
  const { rung = 'auto', start = 'pcm16', kbps } = query as Record<string, unknown>
  if (rung !== 'auto' && !isRungName(rung)) throw badRung('rung', `auto, ${RUNG_NAMES.join(', ')}`)
  if (!isRungName(start)) throw badRung('start', RUNG_NAMES.join(', '))
  const begin: Asked = { wish: rung, start: rung === 'auto' ? start : rung }
  if (kbps === undefined) return begin
  if (!/^[1-9]\d{0,8}$/.test(String(kbps)))
    throw new HttpError(400, 'bad-kbps', '"kbps" is a whole number of kbit/s.')
  return { ...begin, linkBps: Number(kbps) * 1000 }
}

function badRung(name: string, known: string): HttpError {
  return new HttpError(400, 'bad-rung', `"${name}" is one of ${known}.`)
}
