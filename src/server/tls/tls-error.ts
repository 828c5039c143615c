export type TlsFault = 'unreadable' | 'bad-certificate' | 'bad-key' | 'not-a-pair' | 'not-kept'

/** There is no certificate to serve HTTPS with; the message is for the person who runs the server. */
export class TlsError extends Error {
  readonly reason: TlsFault
  constructor(reason: TlsFault, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'TlsError'
    this.reason = reason
  }
}
