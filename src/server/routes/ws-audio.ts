import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RawData } from 'ws'
import { isRungName, RUNG_NAMES } from '../../shared/rungs.ts'
import { CLOSE } from '../../shared/wire/control.ts'
import { ROLES, type Role } from '../../shared/wire/room-messages.ts'
import { MODE_NAMES, type Mode } from '../../shared/wire/room-names.ts'
import { AddressPlaces } from '../access/address-places.ts'
import { asked } from '../access/asked.ts'
import { grantIn } from '../access/gate.ts'
import type { AccessLimits } from '../access/limits.ts'
import { MessageRate } from '../access/message-rate.ts'
import { HttpError } from '../http-error.ts'
// For the type it adds to the app.
import '../plugins/logs.ts'
import { serverUs } from '../server-clock.ts'
import { MAIN } from '../sessions/registry.ts'
import type { Membership } from '../sessions/session.ts'
import { type Asked, Listener } from '../streaming/listener.ts'
import { sessionOf } from './access.ts'
import { ControlInbox } from './control-inbox.ts'

export interface WsAudioOptions {
  limits: AccessLimits
}

/** Why somebody is not taken in who might be at another time; for a person. */
const FULL_WORDS = {
  'server-full': 'All places are taken. Try again later.',
  'session-full': 'All places of this room are taken. Try again later.',
  'address-full': 'Too many listen from your network at once. Try again later.',
}

/**
 * `/ws/audio?session=…&mode=…&role=…&key=…&stream=…&from=…&rung=…&start=…&kbps=…`: audio packets and control messages of one
 * listener. `session`: main without; `mode`: live without; `role`: one that
 * the `key` gives, listener without; `stream` and `from`: of which stream, and from which room position on, it goes on. `rung`: one to stay on, or `auto`, as
 * without; `start`: the one `auto` begins with; `kbps`: what the link delivers, as far as the page has seen.
 */
export async function wsAudio(app: FastifyInstance, { limits }: WsAudioOptions): Promise<void> {
  const { sessions, refusals, visits } = app
  const places = new AddressPlaces(limits.maxAddressListeners)
  app.route({
    method: 'GET',
    url: '/ws/audio',
    // Before the connection is taken, so that the answer can say what is wrong.
    onRequest: async (request) => {
      wished(request)
      membership(request)
      sessionOf(sessions, asked(request, 'session') ?? MAIN)
    },
    handler: async () => {
      throw new HttpError(426, 'web-socket-only', 'This address speaks WebSocket only.')
    },
    wsHandler(socket, request) {
      const { counters } = sessions
      const entry = sessions.get(asked(request, 'session') ?? MAIN)
      // It has been ended since the address was looked at.
      if (entry === undefined) return socket.close(CLOSE.gone, 'This session has been ended.')
      const { session } = entry
      // A packet every 3 ms must not wait for the ack of the one before.
      request.raw.socket.setNoDelay(true)
      const listener = new Listener(socket, request.raw.socket, counters, undefined, wished(request))
      const inbox = new ControlInbox(listener, counters, session.room)
      const rate = new MessageRate(limits.maxMessages, performance.now())
      const onMessage = (data: RawData, isBinary: boolean) => {
        // Who has been told to go is not heard any more, however long the goodbye takes.
        if (socket.readyState !== socket.OPEN) return
        if (rate.take(performance.now())) return inbox.receive(data, isBinary, serverUs())
        // What else it sends is not heard: nor does it take part any more.
        socket.off('message', onMessage)
        refusals['message-rate']++
        listener.close(CLOSE.tooMany, 'Too many messages.')
      }
      socket.on('message', onMessage)
      socket.once('close', (code) => {
        socket.off('message', onMessage)
        session.leave(listener)
        visits.gone(listener, code, performance.now())
        sessions.visit(entry)
      })
      const place = grantIn(request).isHere ? () => {} : places.take(app.addressKeys.of(request.ip))
      if (place !== undefined) socket.once('close', place)
      const member = membership(request)
      const outcome = place === undefined ? 'address-full' : sessions.join(entry, listener, member)
      if (outcome === 'joined')
        return visits.came(listener, { ...member, session: session.id, address: request.ip })
      refusals[outcome]++
      listener.close(CLOSE.full, FULL_WORDS[outcome])
    },
  })
}

function wished({ query }: FastifyRequest): Asked {
  const { rung = 'auto', start = 'pcm16', kbps } = query as Record<string, unknown>
  if (rung !== 'auto' && !isRungName(rung)) throw bad('rung', `one of auto, ${RUNG_NAMES.join(', ')}`)
  if (!isRungName(start)) throw bad('start', `one of ${RUNG_NAMES.join(', ')}`, 'rung')
  const begin: Asked = { wish: rung, start: rung === 'auto' ? start : rung }
  if (kbps === undefined) return begin
  if (!/^[1-9]\d{0,8}$/.test(String(kbps))) throw bad('kbps', 'a whole number of kbit/s')
  return { ...begin, linkBps: Number(kbps) * 1000 }
}

function membership({ query }: FastifyRequest): Membership {
  const { mode = 'live', role = 'listener', stream, from } = query as Record<string, unknown>
  if (!isOneOf<Mode>(MODE_NAMES, mode)) throw bad('mode', `one of ${MODE_NAMES.join(', ')}`)
  if (!isOneOf<Role>(ROLES, role)) throw bad('role', `one of ${ROLES.join(', ')}`)
  if (stream === undefined && from === undefined) return { mode, role }
  if (!/^\d{1,10}$/.test(String(stream))) throw bad('stream', 'the number of a stream, and comes with "from"')
  // Positions of Opus are not always whole.
  if (!/^\d{1,15}(\.\d{1,20})?$/.test(String(from))) throw bad('from', 'a position, and comes with "stream"')
  return { mode, role, resume: { streamId: Number(stream), from: Number(from) } }
}

function isOneOf<T extends string>(all: readonly T[], value: unknown): value is T {
  return (all as readonly unknown[]).includes(value)
}

function bad(name: string, wanted: string, reason = name): HttpError {
  return new HttpError(400, `bad-${reason}`, `"${name}" is ${wanted}.`)
}
