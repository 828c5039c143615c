// A TCP relay on the loopback: bytes wait, none are lost. Delay, rate, queue and outages are as asked for.
import { connect, createServer, type Socket } from 'node:net'
import type { LinkConditions, WayConditions } from './conditions.ts'
import type { Way } from './link.ts'
import { StreamLane } from './stream-lane.ts'

const WAYS: readonly Way[] = ['down', 'up']

export interface RelayedWay {
  /** Read from the one who writes, and handed to the one who reads. */
  bytes: number
  forwardedBytes: number
}

export interface ConnectionRelay {
  readonly port: number
  change(way: Way, conditions: Partial<WayConditions>): void
  /** Nothing passes in the next `ms`; new connections wait too. */
  outage(ms: number, way?: Way): void
  counters(): Record<Way, RelayedWay>
  stop(): Promise<void>
}

/** Relays connections to `target` on this machine. Every connection has a network of its own, all alike. */
export async function relayConnections(
  conditions: LinkConditions,
  target: { host: string; port: number },
): Promise<ConnectionRelay> {
  const state = {
    is: { down: conditions.down, up: conditions.up },
    outageUntilMs: { down: 0, up: 0 },
    count: { down: { bytes: 0, forwardedBytes: 0 }, up: { bytes: 0, forwardedBytes: 0 } },
  }
  const rttMs = () => (state.is.down.delayMs ?? 0) + (state.is.up.delayMs ?? 0)
  const pairs = new Set<Pair>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ ...target, noDelay: true, allowHalfOpen: true })
    const lanes = {
      down: new StreamLane(state.is.down, rttMs(), Math.random),
      up: new StreamLane(state.is.up, rttMs(), Math.random),
    }
    for (const way of WAYS) lanes[way].outage(state.outageUntilMs[way])
    const pair: Pair = {
      sockets: [near, far],
      carriers: {
        down: carry(far, near, lanes.down, state.count.down),
        up: carry(near, far, lanes.up, state.count.up),
      },
    }
    pairs.add(pair)
    const cut = () => {
      for (const socket of pair.sockets) socket.destroy()
    }
    const closed = () => {
      if (!pair.sockets.every(({ destroyed }) => destroyed)) return
      for (const way of WAYS) pair.carriers[way].stop()
      pairs.delete(pair)
    }
    for (const socket of pair.sockets) socket.on('error', cut).on('close', closed)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the relay has no port')
  const each = (way: Way | undefined, act: (one: Way, carrier: Carrier) => void) => {
    for (const one of way ? [way] : WAYS) for (const pair of pairs) act(one, pair.carriers[one])
  }
  return {
    port: address.port,
    change(way, wish) {
      state.is[way] = { ...state.is[way], ...wish }
      each(undefined, (one, carrier) => carrier.change(state.is[one], rttMs()))
    },
    outage(ms, way) {
      const untilMs = performance.now() + ms
      for (const one of way ? [way] : WAYS) state.outageUntilMs[one] = untilMs
      each(way, (_, carrier) => carrier.outage(untilMs))
    },
    counters: () => state.count,
    async stop() {
      for (const pair of pairs) for (const socket of pair.sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Pair {
  sockets: [near: Socket, far: Socket]
  carriers: Record<Way, Carrier>
}

interface Carrier {
  change(conditions: Partial<WayConditions>, rttMs: number): void
  outage(untilMs: number): void
  stop(): void
}

/** A reader that takes no more than this of what has arrived: the rest stays in the lane, which is bounded. */
const MAX_UNREAD_BYTES = 1_000_000

/** Takes bytes from one socket to the other through `lane`; stops reading while the lane is full. */
function carry(from: Socket, to: Socket, lane: StreamLane, count: RelayedWay): Carrier {
  let timer: NodeJS.Timeout | undefined
  let ended = false
  const serve = () => {
    clearTimeout(timer)
    const nowMs = performance.now()
    while (to.writableLength < MAX_UNREAD_BYTES) {
      const bytes = lane.pop(nowMs)
      if (!bytes) break
      count.forwardedBytes += bytes.length
      to.write(bytes)
    }
    const unread = to.writableLength >= MAX_UNREAD_BYTES
    if (unread || lane.isFull(nowMs)) from.pause()
    else from.resume()
    if (ended && lane.heldBytes === 0) to.end()
    // While the lane is full the queue has to be looked at again, even when nothing is due.
    const nextMs = Math.min(
      unread ? Number.POSITIVE_INFINITY : lane.nextMs, // then it goes on when the reader has read
      lane.isFull(nowMs) ? nowMs + 5 : Number.POSITIVE_INFINITY,
    )
    if (Number.isFinite(nextMs)) timer = setTimeout(serve, Math.max(0, nextMs - nowMs))
  }
  from.on('data', (chunk: Buffer) => {
    count.bytes += chunk.length
    lane.push(chunk, performance.now())
    serve()
  })
  const onEnd = () => {
    ended = true
    serve()
  }
  from.on('end', onEnd)
  from.on('close', onEnd)
  to.on('drain', serve)
  serve()
  return {
    change(conditions, rttMs) {
      lane.change(conditions, rttMs)
      serve()
    },
    outage(untilMs) {
      lane.outage(untilMs)
      serve()
    },
    stop: () => clearTimeout(timer),
  }
}
