// Entry of the Opus worker: a thread of the server that encodes all Opus rungs, so that its socket loop does not.
import { parentPort, workerData } from 'node:worker_threads'
import { unreachable } from '../../../shared/unreachable.ts'
import { EncodeTimes } from './encode-times.ts'
import { Encoding } from './encoding.ts'
import type { FromOpusWorker, ToOpusWorker } from './messages.ts'
import { loadOpus } from './opus-native.ts'

const port = parentPort
if (port === null) throw new Error('this is the entry of a worker thread')

const post = (message: FromOpusWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
const encoding = new Encoding(
  (bytes) => post({ kind: 'packets', bytes }, [bytes]),
  new EncodeTimes(workerData),
)

port.on('message', (message: ToOpusWorker) => {
  switch (message.kind) {
    case 'begin':
      encoding.begin(message.stream, message.memory)
      return
    case 'end':
      encoding.end()
      return
    case 'open':
      encoding.open(message.id, message.rung)
      return
    case 'close':
      encoding.close(message.id)
      return
    case 'pcm':
      encoding.drain()
      return
    default:
      unreachable(message)
  }
})

loadOpus()
post({ kind: 'ready' })
