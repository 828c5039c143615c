/** What a listener needs of a `ws` WebSocket. */
export interface ListenerSocket {
  /** Bytes handed over and not yet taken by the kernel. */
  readonly bufferedAmount: number
  readonly readyState: number
  close(code: number, reason: string): void
  terminate(): void
}

/** The connection under it: takes whole frames. */
export interface ListenerConnection {
  write(frame: Buffer): unknown
}
