/** A request is refused: the reason is for programs, the message for people. Both reach the client. */
export class HttpError extends Error {
  readonly statusCode: number
  readonly reason: string
  constructor(statusCode: number, reason: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'HttpError'
    this.statusCode = statusCode
    this.reason = reason
  }
}
