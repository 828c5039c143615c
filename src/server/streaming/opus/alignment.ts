import { OPUS_RATE_HZ } from '../../../shared/rungs.ts'

/**
 * Where a frame of 48 kHz lies in a stream of another rate: m / 48000 = n / rate. `into` frames of the stream last
 * exactly as long as `outOf` of 48 kHz (44.1 kHz: 147 and 160). Everything is reckoned from the last such
 * coincidence, so the answers are exact at any position a header can hold.
 */
export class Alignment {
  readonly into: number
  readonly outOf: number

  constructor(rateHz: number) {
    const shared = greatestDivisor(rateHz, OPUS_RATE_HZ)
    this.into = rateHz / shared
    this.outOf = OPUS_RATE_HZ / shared
  }

  /** Position in the stream of frame `position48k` of 48 kHz; not always whole. */
  toStream(position48k: number): number {
    const rest = position48k % this.outOf
    return ((position48k - rest) / this.outOf) * this.into + (rest * this.into) / this.outOf
  }

  /** First frame of 48 kHz that is not before frame `position` of the stream, a whole one. */
  firstFrom(position: number): number {
    const rest = position % this.into
    return ((position - rest) / this.into) * this.outOf + Math.ceil((rest * this.outOf) / this.into)
  }
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}
