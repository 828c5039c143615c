import type { RawData } from 'ws'
import { unreachable } from '../../shared/unreachable.ts'
import type { TimeSyncRequest } from '../../shared/wire/client-schema.ts'
import { CLOSE, type ClientMessage, type TimeSyncReply } from '../../shared/wire/control.ts'
import { serverUs } from '../server-clock.ts'
import { ForbiddenError } from '../sessions/roles.ts'
import { TransportError } from '../sessions/room/transport-error.ts'
import type { Room } from '../sessions/room.ts'
import type { StreamingCounters } from '../streaming/counters.ts'
import type { Listener } from '../streaming/listener.ts'
import { type Refusal, readClientMessage } from './client-messages.ts'

/** A listener may send this many bad messages; with one more it is closed. */
export const MAX_BAD_MESSAGES = 20

/** What a member may wish of its room. */
export type Wishes = Pick<Room, 'setMode' | 'report' | 'transport' | 'setRoom'>

/** What one listener sends: checked, answered; what is wrong is counted and told. */
export class ControlInbox {
  readonly #listener: Listener
  readonly #counters: StreamingCounters
  readonly #room: Wishes
  #bad = 0

  constructor(listener: Listener, counters: StreamingCounters, room: Wishes) {
    this.#listener = listener
    this.#counters = counters
    this.#room = room
  }

  /** @param receivedUs server clock, read first thing in the socket's message handler */
  receive(data: RawData, isBinary: boolean, receivedUs: number): void {
    // It has been closed; whatever it goes on to send is not even looked at.
    if (this.#bad > MAX_BAD_MESSAGES) return
    // With the default binaryType a message is one Buffer.
    const message = readClientMessage(data as Buffer, isBinary)
    if ('reason' in message) this.#refuse(message)
    else this.#obey(message, receivedUs)
  }

  #obey(message: ClientMessage, receivedUs: number): void {
    switch (message.type) {
      case 'receipt':
        this.#listener.hear(message)
        return
      case 'set_quality':
        this.#listener.asks()
        this.#listener.wish = message.rung
        return
      case 'time_sync_batch':
        this.#listener.asks()
        this.#listener.sendControl(timeSyncReply(message, receivedUs))
        return
      case 'set_mode':
        this.#room.setMode(this.#listener, message.mode)
        return
      case 'sync_report':
        this.#room.report(this.#listener, message)
        if (message.locked) this.#counters.heard.syncErrorMs.add(Math.abs(message.driftMs))
        return
      case 'transport':
        this.#wish(() => this.#room.transport(this.#listener, message))
        return
      case 'set_room':
        this.#wish(() => this.#room.setRoom(this.#listener, message))
        return
      default:
        unreachable(message)
    }
  }

  #wish(make: () => void): void {
    try {
      make()
    } catch (error) {
      if (error instanceof ForbiddenError) this.#refuse({ reason: 'forbidden', text: error.message })
      // A person who asks for what can not be had is told, and not held to be up to no good.
      else if (error instanceof TransportError) this.#tell({ reason: 'bad-transport', text: error.message })
      else throw error
    }
  }

  #refuse(refusal: Refusal): void {
    this.#bad++
    if (this.#bad <= MAX_BAD_MESSAGES) this.#tell(refusal)
    else {
      this.#counters.badMessages[refusal.reason]++
      this.#listener.close(CLOSE.protocol, 'Too many bad messages.')
    }
  }

  #tell({ reason, text }: Refusal): void {
    this.#counters.badMessages[reason]++
    this.#listener.sendControl({ type: 'error', reason, message: text })
  }
}

function timeSyncReply(request: TimeSyncRequest, serverReceivedUs: number): TimeSyncReply {
  const serverSentUs = serverUs()
  return {
    type: 'time_sync_batch',
    samples: request.samples.map((sample) => ({ ...sample, serverReceivedUs, serverSentUs })),
  }
}
