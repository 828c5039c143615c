/** What a listener needs of a `ws` WebSocket. */
export interface ListenerSocket {
  /** Bytes handed over and not finished: by the kernel, or by what encrypts them for it. */
  readonly bufferedAmount: number
  readonly readyState: number
  close(code: number, reason: string): void
  terminate(): void
}

/** The connection under it: takes whole frames. */
export interface ListenerConnection {
  /** As of a TLSSocket; others have none. */
  readonly encrypted?: boolean
  write(frame: Buffer): unknown
}
