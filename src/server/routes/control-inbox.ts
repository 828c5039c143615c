import { Compile } from 'typebox/compile'
import type { RawData } from 'ws'
import { unreachable } from '../../shared/unreachable.ts'
import {
  type ListenerMessage,
  Receipt,
  SetQuality,
  TimeSyncRequest,
} from '../../shared/wire/client-schema.ts'
import {
  CLOSE,
  type ControlErrorReason,
  MAX_CONTROL_BYTES,
  type TimeSyncReply,
} from '../../shared/wire/control.ts'
import { serverUs } from '../server-clock.ts'
import type { StreamingCounters } from '../streaming/counters.ts'
import type { Listener } from '../streaming/listener.ts'

/** A listener may send this many bad messages; with one more it is closed. */
export const MAX_BAD_MESSAGES = 20

interface Refusal {
  reason: ControlErrorReason
  text: string
}

/** Each by its type, so that what is wrong with one is told, and not that it is none of several. */
const schemas = {
  time_sync_batch: Compile(TimeSyncRequest),
  receipt: Compile(Receipt),
  set_quality: Compile(SetQuality),
} as const

/** What one listener sends: checked, answered; what is wrong is counted and told. */
export class ControlInbox {
  readonly #listener: Listener
  readonly #counters: StreamingCounters
  #bad = 0

  constructor(listener: Listener, counters: StreamingCounters) {
    this.#listener = listener
    this.#counters = counters
  }

  /** @param receivedUs server clock, read first thing in the socket's message handler */
  receive(data: RawData, isBinary: boolean, receivedUs: number): void {
    const message = isBinary ? { reason: 'binary' as const, text: 'Listeners send text only.' } : read(data)
    if ('reason' in message) this.#refuse(message)
    else this.#obey(message, receivedUs)
  }

  #obey(message: ListenerMessage, receivedUs: number): void {
    switch (message.type) {
      case 'receipt':
        this.#listener.hear(message)
        return
      case 'set_quality':
        this.#listener.wish = message.rung
        return
      case 'time_sync_batch':
        this.#listener.sendControl(timeSyncReply(message, receivedUs))
        return
      default:
        unreachable(message)
    }
  }

  #refuse({ reason, text }: Refusal): void {
    this.#counters.badMessages[reason]++
    this.#bad++
    if (this.#bad > MAX_BAD_MESSAGES) this.#listener.close(CLOSE.protocol, 'Too many bad messages.')
    else this.#listener.sendControl({ type: 'error', reason, message: text })
  }
}

function read(data: RawData): ListenerMessage | Refusal {
  // With the default binaryType a message is one Buffer.
  const bytes = data as Buffer
  if (bytes.length > MAX_CONTROL_BYTES)
    return { reason: 'too-long', text: `A message has at most ${MAX_CONTROL_BYTES} bytes.` }
  let message: unknown
  try {
    message = JSON.parse(bytes.toString())
  } catch {
    return { reason: 'not-json', text: 'The message is not JSON.' }
  }
  const type = typeOf(message)
  if (type === undefined) return { reason: 'bad-message', text: 'not a known message' }
  const schema = schemas[type]
  if (schema.Check(message)) return message
  const [fault] = schema.Errors(message)
  const where = fault?.instancePath ? `${fault.instancePath}: ` : ''
  return { reason: 'bad-message', text: `${where}${fault?.message ?? 'not a known message'}` }
}

function typeOf(message: unknown): ListenerMessage['type'] | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined
  const { type } = message
  return typeof type === 'string' && Object.hasOwn(schemas, type)
    ? (type as ListenerMessage['type'])
    : undefined
}

function timeSyncReply(request: TimeSyncRequest, serverReceivedUs: number): TimeSyncReply {
  const serverSentUs = serverUs()
  return {
    type: 'time_sync_batch',
    samples: request.samples.map((sample) => ({ ...sample, serverReceivedUs, serverSentUs })),
  }
}
