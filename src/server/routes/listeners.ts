import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { RUNG_NAMES } from '../../shared/rungs.ts'
import { Wish } from '../../shared/wire/client-schema.ts'
import { HttpError } from '../http-error.ts'
import type { Listener } from '../streaming/listener.ts'

const Count = Type.Integer({ minimum: 0 })

/** What is known of one listener. Counts are of this connection. */
export const ListenerView = Type.Object({
  id: Count,
  connectedSeconds: Type.Number(),
  rung: Type.Enum([...RUNG_NAMES]),
  wish: Wish,
  /** Why the rung changed last; empty when it never did. */
  reason: Type.String(),
  switches: Count,
  /** Sent and not in a receipt, beyond what the way itself takes; and that. */
  inFlightMs: Type.Number(),
  baselineMs: Type.Number(),
  skipping: Type.Boolean(),
  /** What waits for it to be sent, of a group that has time for that; 0: it is sent what comes. */
  behindMs: Type.Number(),
  /** What arrives there, over the last second. */
  deliveredKbps: Type.Number(),
  /** Packets per message. */
  batch: Count,
  packetsSent: Count,
  messagesSent: Count,
  bytesSent: Count,
  packetsSkipped: Type.Object({ inFlight: Count, backlog: Count }),
  /** Since its last receipt, or since it came. */
  silentMs: Type.Number(),
  /** From its last receipt; absent before the first. */
  receipt: Type.Optional(
    Type.Object({
      position: Type.Number(),
      packets: Count,
      bytes: Count,
      latenessMs: Type.Number(),
      targetMs: Type.Number(),
      episodes: Count,
      opus: Type.Boolean(),
    }),
  ),
})
export type ListenerView = Static<typeof ListenerView>

const Listeners = Type.Object({ listeners: Type.Array(ListenerView) })
const Quality = Type.Object({ rung: Wish }, { additionalProperties: false })
type Quality = Static<typeof Quality>

/** `/api/listeners`: everybody who listens, and how; `PUT /api/listeners/:id/quality` pins one's rung, or lets it go. */
export async function listeners(app: FastifyInstance): Promise<void> {
  const { sessions } = app
  app.get('/api/listeners', { schema: { response: { 200: Listeners } } }, (_request, reply) => {
    const nowMs = performance.now()
    const all = [...sessions.all].flatMap(({ session }) =>
      [...session.present].map((listener) => view(listener, nowMs)),
    )
    return reply.header('cache-control', 'no-store').send({ listeners: all })
  })
  app.put<{ Params: { id: string }; Body: Quality }>(
    '/api/listeners/:id/quality',
    { schema: { body: Quality, response: { 200: Quality } } },
    ({ params, body }) => {
      const listener = sessions.listener(Number(params.id))
      if (listener === undefined)
        throw new HttpError(404, 'no-such-listener', `There is no listener ${params.id}.`)
      listener.wish = body.rung
      return { rung: listener.wish }
    },
  )
}

function view(listener: Listener, nowMs: number): ListenerView {
  const { id, rung, wish, reason, switches, flow, skipping, batch, sent, skipped, receipt } = listener
  return {
    id,
    connectedSeconds: round((nowMs - listener.connectedAtMs) / 1000),
    rung,
    wish,
    reason,
    switches,
    inFlightMs: round(flow.queuedMs),
    baselineMs: round(flow.baselineMs),
    skipping,
    behindMs: round(listener.place.behindMs),
    deliveredKbps: round(listener.delivery.kbps),
    batch,
    packetsSent: sent.packets,
    messagesSent: sent.messages,
    bytesSent: sent.bytes,
    packetsSkipped: { ...skipped },
    silentMs: round(listener.silentMs(nowMs)),
    ...(receipt === undefined ? {} : { receipt: facts(receipt) }),
  }
}

function facts(receipt: NonNullable<Listener['receipt']>): NonNullable<ListenerView['receipt']> {
  const { position, packets, bytes, latenessMs, targetMs, episodes, opus } = receipt
  return {
    position,
    packets,
    bytes,
    latenessMs: round(latenessMs),
    targetMs: round(targetMs),
    episodes,
    opus,
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
