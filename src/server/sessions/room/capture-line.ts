// The source's clock against the server's, smooth enough to be followed by everybody: a two-state filter of when the
// frames were captured. Quick while little is known, then a second-order loop. Pure: what packets say comes in.
import type { CaptureAnchor } from '../../../shared/room/room-axis.ts'

/** Of the loop, once it knows the clock. */
const BANDWIDTH_HZ = 0.02
/** How far stamps are taken to be off, and how far a clock may be off its nominal rate, before anything is known. */
const STAMP_SD_US = 200
const SKEW_SD = 200e-6
/** Whatever is further off than this is not a clock but a fault. */
const MAX_SKEW = 0.002
/** So many packets in a row so far off, and the source's clock is believed to have been set. */
const JUMP_US = 20_000
const JUMP_PACKETS = 3
/** After so long the clock is known. What is then off by more than this is no news of its rate … */
const KNOWN_US = 10e6
const NO_NEWS_US = 2000
/** … and is made up for slowly enough to be followed. */
const MAX_MOVE = 500e-6

export class CaptureLine {
  #nominalHz = Number.NaN
  /** How uncertain the rate becomes, 1/µs. */
  #wander = 0
  #position = Number.NaN
  /** Filtered capture time of `#position`, server clock. */
  #captureUs = 0
  /** Nominal over measured rate, minus 1. */
  #skew = 0
  /** Covariance: of the time (µs²), of both (µs), of the skew. */
  #p11 = 0
  #p12 = 0
  #p22 = 0
  #knownUs = 0
  #off = 0
  #jumps = 0

  /** How often the line was set anew inside a stream. */
  get jumps(): number {
    return this.#jumps
  }

  /** Undefined before the first packet of a stream. */
  get anchor(): CaptureAnchor | undefined {
    if (Number.isNaN(this.#position)) return undefined
    const rateHz = this.#nominalHz / (1 + this.#skew)
    return { position: this.#position, captureUs: this.#captureUs, rateHz }
  }

  /** A stream begins: what is known is of another clock. */
  begin(rateHz: number, packetFrames: number): void {
    const omega = (2 * Math.PI * BANDWIDTH_HZ) / 1e6
    this.#nominalHz = rateHz
    this.#wander = (omega ** 4 * STAMP_SD_US ** 2 * packetFrames * 1e6) / rateHz
    this.#position = Number.NaN
    this.#knownUs = 0
    this.#off = 0
  }

  /** A packet's first frame and when it was captured. True: the line jumped. What is not after the last one is ignored. */
  add(position: number, captureUs: number): boolean {
    if (Number.isNaN(this.#position)) {
      this.#position = position
      this.#captureUs = captureUs
      this.#skew = 0
      this.#p11 = STAMP_SD_US ** 2
      this.#p12 = 0
      this.#p22 = SKEW_SD ** 2
      return false
    }
    if (!(position > this.#position) || !Number.isFinite(captureUs)) return false
    const passedUs = ((position - this.#position) * 1e6) / this.#nominalHz
    this.#predict(passedUs)
    this.#position = position
    const errorUs = captureUs - this.#captureUs
    if (Math.abs(errorUs) <= JUMP_US) {
      this.#off = 0
      this.#correct(errorUs, passedUs)
      return false
    }
    this.#off++
    if (this.#off < JUMP_PACKETS) return false
    this.#off = 0
    this.#jumps++
    this.#captureUs = captureUs
    this.#p11 = STAMP_SD_US ** 2
    this.#p12 = 0
    return true
  }

  #predict(us: number): void {
    const q = this.#wander
    this.#captureUs += us * (1 + this.#skew)
    this.#p11 += us * (2 * this.#p12 + us * (this.#p22 + (q * us) / 3))
    this.#p12 += us * (this.#p22 + (q * us) / 2)
    this.#p22 += q * us
    this.#knownUs += us
  }

  #correct(errorUs: number, passedUs: number): void {
    const total = this.#p11 + STAMP_SD_US ** 2
    const timeGain = this.#p11 / total
    const skewGain = this.#p12 / total
    this.#p22 -= skewGain * this.#p12
    this.#p12 -= skewGain * this.#p11
    this.#p11 -= timeGain * this.#p11
    const known = this.#knownUs > KNOWN_US
    const mostUs = known ? MAX_MOVE * passedUs : Number.POSITIVE_INFINITY
    this.#captureUs += Math.max(-mostUs, Math.min(mostUs, timeGain * errorUs))
    if (known && Math.abs(errorUs) > NO_NEWS_US) return
    this.#skew = Math.max(-MAX_SKEW, Math.min(MAX_SKEW, this.#skew + skewGain * errorUs))
  }
}
