/** Why an NTP server's answer, or its lack of one, is of no use. */
export type NtpFault =
  /** Nothing came in time. */
  | 'no-answer'
  /** The name is not known, or the system refuses to send. */
  | 'unreachable'
  /** Shorter than an NTP packet. */
  | 'truncated'
  /** Not the answer to what was asked. */
  | 'wrong-origin'
  /** Not from a server, or of a version nobody knows. */
  | 'not-a-server'
  /** The server asks to be left alone. */
  | 'kiss-of-death'
  /** The server itself does not know the time. */
  | 'unsynchronised'
  /** The server's own uncertainty is larger than what we would trust. */
  | 'too-uncertain'
  /** The four times can not be those of one exchange. */
  | 'impossible-times'

export class NtpError extends Error {
  readonly fault: NtpFault
  constructor(fault: NtpFault, detail: string = fault) {
    super(detail)
    this.name = 'NtpError'
    this.fault = fault
  }
}
