/** Why a controller's wish can not be had. */
export type TransportReason =
  /** What is heard then is already decided. */
  | 'too-soon'
  | 'too-late'
  /** Further than the histories reach. */
  | 'too-far-back'
  /** It is so already. */
  | 'nothing-to-do'
  /** The source is not playing. */
  | 'no-stream'

/** The message is for a person. */
export class TransportError extends Error {
  readonly reason: TransportReason
  constructor(reason: TransportReason, detail: string) {
    super(detail)
    this.name = 'TransportError'
    this.reason = reason
  }
}
