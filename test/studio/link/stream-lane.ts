// One direction of a link that is only imitated: what happens to the bytes of a TCP connection when packets can not be
// touched. Nothing is ever lost, as TCP loses nothing: what a network would lose comes late instead, and what is behind
// it with it. Pure: time comes in, ms.
import { NOTHING, type WayConditions } from './conditions.ts'

/** What TCP puts into one packet on a path of 1,500 bytes, and what it puts around it. */
export const SEGMENT_BYTES = 1448
export const SEGMENT_HEADER_BYTES = 52
/** A loss holds everything behind it for so many round trips, and so long besides: measured, with real TCP. */
const STALL_ROUND_TRIPS = 1.15
const STALL_MS = 5
/** As much as a kernel takes from one who writes faster than the other reads. */
const MAX_HELD_BYTES = 4_000_000

interface Held {
  bytes: Buffer
  dueMs: number
}

export class StreamLane {
  readonly #random: () => number
  #is: WayConditions
  /** Of both directions together: a stall is as long as it takes to ask and to be answered. */
  #rttMs: number
  #held: Held[] = []
  #heldBytes = 0
  /** When all that was pushed has been sent at the rate. */
  #freeMs = 0
  #lastDueMs = 0
  #outageUntilMs = 0
  #bursts = 0

  /** @param random uniform in 0…1 */
  constructor(conditions: Partial<WayConditions>, rttMs: number, random: () => number) {
    this.#is = { ...NOTHING, ...conditions }
    this.#rttMs = rttMs
    this.#random = random
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  get conditions(): Readonly<WayConditions> {
    return this.#is
  }

  change(conditions: Partial<WayConditions>, rttMs: number): void {
    this.#is = { ...this.#is, ...conditions }
    this.#rttMs = rttMs
  }

  /** Nothing passes before `untilMs`; what is in flight comes then. */
  outage(untilMs: number): void {
    this.#outageUntilMs = untilMs
  }

  /** Whoever writes has to wait: there is as much in the queue as it may hold. */
  isFull(nowMs: number): boolean {
    const { rateMbit, queueMs } = this.#is
    return this.#heldBytes >= MAX_HELD_BYTES || (rateMbit > 0 && this.#freeMs - nowMs >= queueMs)
  }

  push(chunk: Buffer, nowMs: number): void {
    for (let at = 0; at < chunk.length; at += SEGMENT_BYTES)
      this.#segment(chunk.subarray(at, at + SEGMENT_BYTES), nowMs)
  }

  /** When the next bytes are to go; Infinity when there are none. */
  get nextMs(): number {
    const [first] = this.#held
    return first === undefined ? Number.POSITIVE_INFINITY : Math.max(first.dueMs, this.#outageUntilMs)
  }

  /** The next bytes if their time has come. */
  pop(nowMs: number): Buffer | undefined {
    if (this.nextMs > nowMs) return undefined
    const bytes = this.#held.shift()?.bytes
    this.#heldBytes -= bytes?.length ?? 0
    return bytes
  }

  #segment(bytes: Buffer, nowMs: number): void {
    const { rateMbit, delayMs, jitterMs, spikeShare, spikeMs } = this.#is
    let sentMs = nowMs
    if (rateMbit > 0) {
      // The line is as busy during an outage as it is without one; it only leads nowhere.
      const fromMs = Math.max(this.#freeMs, nowMs)
      sentMs = this.#freeMs = fromMs + ((bytes.length + SEGMENT_HEADER_BYTES) * 8) / (rateMbit * 1000)
    }
    let moreMs = jitterMs > 0 ? jitterMs * this.#halfNormal() : 0
    if (spikeShare > 0 && this.#random() < spikeShare) moreMs += spikeMs * this.#random()
    if (this.#isLost()) moreMs += STALL_ROUND_TRIPS * this.#rttMs + STALL_MS
    this.#lastDueMs = Math.max(this.#lastDueMs, sentMs + delayMs + moreMs)
    this.#held.push({ bytes, dueMs: this.#lastDueMs })
    this.#heldBytes += bytes.length
  }

  /** A burst costs one stall: what is lost in it is asked for again together. */
  #isLost(): boolean {
    const { loss, burst } = this.#is
    if (this.#bursts > 0) {
      this.#bursts--
      return false
    }
    if (loss <= 0 || this.#random() >= loss / burst) return false
    this.#bursts = Math.round(burst) - 1
    return true
  }

  #halfNormal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#random()))
    return Math.abs(radius * Math.cos(2 * Math.PI * this.#random()))
  }
}
