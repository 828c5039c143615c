// The thread of a TCP relay: begins, says its port, and answers what it is asked.
import { parentPort, workerData } from 'node:worker_threads'
import { relayConnections } from './connection-relay.ts'
import type { RelayData, RelayRequest } from './tcp-relay.ts'

const { conditions, target } = workerData as RelayData
const relay = await relayConnections(conditions, target)

async function answer(request: RelayRequest): Promise<unknown> {
  if (request.ask === 'change') return relay.change(request.way, request.conditions)
  if (request.ask === 'outage') return relay.outage(request.ms, request.way)
  if (request.ask === 'counters') return relay.counters()
  return relay.stop()
}

parentPort?.on('message', (request: RelayRequest) => {
  void answer(request).then((said) => parentPort?.postMessage(said))
})
parentPort?.postMessage(relay.port)
