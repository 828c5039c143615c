import type { ServerMessage } from '../../shared/wire/control.ts'
import type { StreamingCounters } from './counters.ts'
import { PacketQueue } from './packet-queue.ts'

/** What a listener needs of a `ws` WebSocket. */
export interface ListenerSocket {
  /** Bytes handed over and not yet taken by the kernel. */
  readonly bufferedAmount: number
  readonly readyState: number
  send(text: string): void
  close(code: number, reason: string): void
  terminate(): void
}

/** The connection under it: takes whole frames. */
export interface ListenerConnection {
  write(frame: Buffer, done: (error?: Error | null) => void): unknown
}

/** Audio older than this is not worth sending any more. */
export const BACKLOG_MS = 100
/** A socket that took nothing for this long, with a full backlog, is gone. */
export const STALLED_MS = 5000
/** Answers a listener asked for and does not read. */
const MAX_UNREAD_CONTROL_BYTES = 65_536
const OPEN = 1

/** One listener's own backpressure: what it does not take hurts nobody else. */
export class Listener {
  readonly #socket: ListenerSocket
  readonly #connection: ListenerConnection
  readonly #counters: StreamingCounters
  readonly #nowMs: () => number
  readonly #waiting = new PacketQueue(0)
  #movedAtMs: number

  constructor(
    socket: ListenerSocket,
    connection: ListenerConnection,
    counters: StreamingCounters,
    nowMs = () => performance.now(),
  ) {
    this.#socket = socket
    this.#connection = connection
    this.#counters = counters
    this.#nowMs = nowMs
    this.#movedAtMs = nowMs()
  }

  /** Packets in its backlog. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** A stream begins: what still waits belongs to the one before. */
  begin(backlogBytes: number): void {
    this.#counters.packetsDropped += this.#waiting.clear()
    this.#waiting.maxBytes = backlogBytes
  }

  /** Sends a packet in its frame, or lets it wait, or drops the oldest. Does not block, throw or, beyond the queue's slot, allocate. */
  sendPacket(packet: Buffer): void {
    if (this.#socket.readyState !== OPEN) return
    if (this.#waiting.length === 0 && this.#hasRoom(packet)) {
      this.#send(packet)
      return
    }
    const dropped = this.#waiting.push(packet)
    if (dropped === 0) return
    this.#counters.packetsDropped += dropped
    if (this.#nowMs() - this.#movedAtMs > STALLED_MS) this.#giveUp()
  }

  /** Goes ahead of all audio that waits. */
  sendControl(message: ServerMessage): void {
    if (this.#socket.readyState !== OPEN) return
    if (this.#socket.bufferedAmount > MAX_UNREAD_CONTROL_BYTES) this.#giveUp()
    else this.#socket.send(JSON.stringify(message))
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason)
  }

  /** Two packets may be on their way to the kernel: one that is being written and the next. */
  #hasRoom(packet: Buffer): boolean {
    return this.#socket.bufferedAmount <= 2 * packet.length
  }

  #send(packet: Buffer): void {
    this.#counters.packetsSent++
    this.#connection.write(packet, this.#taken)
  }

  /** One callback for all sends: the kernel took a packet. */
  readonly #taken = (error?: Error | null): void => {
    if (error) return // the socket is closing; its close event does the rest
    this.#movedAtMs = this.#nowMs()
    if (this.#socket.readyState !== OPEN) return
    let next = this.#waiting.shift()
    while (next !== undefined) {
      this.#send(next)
      next = this.#hasRoom(next) ? this.#waiting.shift() : undefined
    }
  }

  #giveUp(): void {
    this.#counters.stalled++
    this.#socket.terminate()
  }
}
