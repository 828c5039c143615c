// The source's clock against the server's, smooth enough to be followed by everybody: a two-state filter of when the
// frames were captured. Quick while little is known, then a second-order loop. Pure: what packets say comes in.
import type { CaptureAnchor } from '../../../shared/room/room-axis.ts'

/** Of the loop, once it knows the clock. */
const BANDWIDTH_HZ = 0.02
/** How far stamps are taken to be off, and how far a clock may be off its nominal rate, before anything is known. */
const STAMP_SD_US = 200
const SKEW_SD = 200e-6
/** Whatever is further off than this is not a clock, but one that stands still now and then: that is no rate. */
const MAX_SKEW = 300e-6
/** So many packets in a row so far off, and the source's clock is believed to have been set. */
const JUMP_US = 20_000
const JUMP_PACKETS = 3
/** After so long the clock is known. Then the rate is a clock's … */
const KNOWN_US = 10e6
/** … and a line that is off by so much for a while is of a source that stood still: it is moved, which everybody is told … */
const STOOD_STILL_US = 1500
const MOVE = 700e-6
/** … until it is as near as this. */
const MOVED_US = 100
/** What is off is averaged over so long: one late stamp is no pause. */
const AVERAGE_US = 0.5e6
/** Otherwise it moves by no more than this, which is followed without being told. */
const MOST = 100e-6

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
  /** Stamps less the line, averaged, µs; and which way the line is being moved for it: −1, 0, 1. */
  #averageUs = 0
  #moving = 0

  /** How often the line was set anew inside a stream. */
  get jumps(): number {
    return this.#jumps
  }

  /** Undefined before the first packet of a stream. */
  get anchor(): CaptureAnchor | undefined {
    if (Number.isNaN(this.#position)) return undefined
    const rateHz = this.#nominalHz / (1 + this.#skew + this.#moving * MOVE)
    const slewPpm = -this.#moving * MOVE * 1e6
    return { position: this.#position, captureUs: this.#captureUs, rateHz, ...(slewPpm ? { slewPpm } : {}) }
  }

  /** A stream begins: what is known is of another clock. */
  begin(rateHz: number, packetFrames: number): void {
    const omega = (2 * Math.PI * BANDWIDTH_HZ) / 1e6
    this.#nominalHz = rateHz
    this.#wander = (omega ** 4 * STAMP_SD_US ** 2 * packetFrames * 1e6) / rateHz
    this.#position = Number.NaN
    this.#knownUs = 0
    this.#off = 0
    this.#still()
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
    this.#still()
    return true
  }

  #predict(us: number): void {
    const q = this.#wander
    this.#captureUs += us * (1 + this.#skew + this.#moving * MOVE)
    this.#p11 += us * (2 * this.#p12 + us * (this.#p22 + (q * us) / 3))
    this.#p12 += us * (this.#p22 + (q * us) / 2)
    this.#p22 += q * us
    this.#knownUs += us
  }

  #correct(errorUs: number, passedUs: number): void {
    this.#averageUs += (errorUs - this.#averageUs) * Math.min(1, passedUs / AVERAGE_US)
    const known = this.#knownUs > KNOWN_US
    if (known && this.#moves()) return
    const total = this.#p11 + STAMP_SD_US ** 2
    const timeGain = this.#p11 / total
    const skewGain = this.#p12 / total
    this.#p22 -= skewGain * this.#p12
    this.#p12 -= skewGain * this.#p11
    this.#p11 -= timeGain * this.#p11
    const mostUs = known ? MOST * passedUs : Number.POSITIVE_INFINITY
    this.#captureUs += Math.max(-mostUs, Math.min(mostUs, timeGain * errorUs))
    this.#skew = Math.max(-MAX_SKEW, Math.min(MAX_SKEW, this.#skew + skewGain * errorUs))
  }

  /** Is the line being moved to a source that stood still? */
  #moves(): boolean {
    if (this.#moving !== 0) {
      if (this.#moving * this.#averageUs < MOVED_US) this.#moving = 0
    } else if (Math.abs(this.#averageUs) > STOOD_STILL_US) this.#moving = Math.sign(this.#averageUs)
    return this.#moving !== 0
  }

  #still(): void {
    this.#averageUs = 0
    this.#moving = 0
  }
}
