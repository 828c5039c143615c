// The link for those who may not make network devices: a TCP relay on the loopback. It is an imitation and says so: bytes
// wait, none are lost, so TCP never learns what its network is like. It has a thread of its own: whoever asks for it may
// be busy with a recording for seconds, and the link must not be down meanwhile.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { LinkConditions, WayConditions } from './conditions.ts'
import type { RelayedWay } from './connection-relay.ts'
import type { Way } from './link.ts'

export interface TcpRelay {
  readonly port: number
  /** What this is and what it is not, for a report. */
  readonly confession: string
  change(way: Way, conditions: Partial<WayConditions>): Promise<void>
  /** Nothing passes in the next `ms`; new connections wait too. */
  outage(ms: number, way?: Way): Promise<void>
  counters(): Promise<Record<Way, RelayedWay>>
  stop(): Promise<void>
}

/** What the thread is begun with. */
export interface RelayData {
  conditions: LinkConditions
  target: { host: string; port: number }
}

/** What the thread is asked, and answers one by one, in order. */
export type RelayRequest =
  | { ask: 'change'; way: Way; conditions: Partial<WayConditions> }
  | { ask: 'outage'; ms: number; way: Way | undefined }
  | { ask: 'counters' }
  | { ask: 'stop' }

const CONFESSION =
  'not a network: a TCP relay in user space (no root, or no /dev/net/tun). Losses are imitated as stalls of 1.15 round trips.'

/** Relays connections to `target` on this machine. Every connection has a network of its own, all alike. */
export async function startTcpRelay(
  conditions: LinkConditions,
  target: { host: string; port: number },
): Promise<TcpRelay> {
  const workerData: RelayData = { conditions, target }
  const thread = new Worker(new URL('./relay-thread.mjs', import.meta.url), { workerData })
  const [port] = (await once(thread, 'message')) as [number]
  let last: Promise<unknown> = Promise.resolve()
  const ask = <Answer>(request: RelayRequest): Promise<Answer> => {
    const answer = last.then(async () => {
      const heard = once(thread, 'message')
      thread.postMessage(request)
      return ((await heard) as [Answer])[0]
    })
    last = answer.catch(() => {})
    return answer
  }
  return {
    port,
    confession: CONFESSION,
    change: (way, wish) => ask({ ask: 'change', way, conditions: wish }),
    outage: (ms, way) => ask({ ask: 'outage', ms, way }),
    counters: () => ask({ ask: 'counters' }),
    async stop() {
      await ask({ ask: 'stop' })
      await thread.terminate()
    },
  }
}
