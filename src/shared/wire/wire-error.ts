export type WireErrorReason = 'too-short' | 'bad-version' | 'bad-codec' | 'bad-length' | 'bad-field'

/** What came over the wire is not what the protocol says. Counted and survived by whoever reads. */
export class WireError extends Error {
  readonly reason: WireErrorReason
  constructor(reason: WireErrorReason, detail: string) {
    super(`${reason}: ${detail}`)
    this.name = 'WireError'
    this.reason = reason
  }
}
