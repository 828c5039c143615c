import type { ListenerConnection, ListenerSocket } from './listener-socket.ts'

/** Over TLS, what has waited for less counts as taken. */
const TLS_FINISHES_MS = 100

/**
 * What a listener has been sent and does not take, bytes. A plain connection hands what it is given to the kernel at once, so all that
 * waits is a backlog. TLS finishes a write one turn of the loop later at the earliest, and takes the next one only then: after any
 * hiccup of the server all it is given in one turn waits there, however quick the other end is. There it is the age that tells.
 */
export class Unread {
  readonly #socket: Pick<ListenerSocket, 'bufferedAmount'>
  readonly #connection: Pick<ListenerConnection, 'encrypted'>
  readonly #nowMs: () => number
  #writtenBytes = 0
  /** All that had been written then is waited for, to tell its age. */
  #markBytes = 0
  #markMs: number

  constructor(
    socket: Pick<ListenerSocket, 'bufferedAmount'>,
    connection: Pick<ListenerConnection, 'encrypted'>,
    nowMs: () => number,
  ) {
    this.#socket = socket
    this.#connection = connection
    this.#nowMs = nowMs
    this.#markMs = nowMs()
  }

  /** So many bytes have been handed over. */
  wrote(bytes: number): void {
    this.#writtenBytes += bytes
  }

  /** Does not allocate. */
  get bytes(): number {
    const { bufferedAmount } = this.#socket
    if (!this.#connection.encrypted) return bufferedAmount
    const nowMs = this.#nowMs()
    if (this.#writtenBytes - bufferedAmount >= this.#markBytes) {
      this.#markBytes = this.#writtenBytes
      this.#markMs = nowMs
    }
    return nowMs - this.#markMs < TLS_FINISHES_MS ? 0 : bufferedAmount
  }
}
