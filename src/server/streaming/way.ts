import { RECEIPT_MS } from '../../shared/wire/control.ts'
import { BASELINE_OVER_MS, MAX_BASELINE_MS, MAX_FAR_BASELINE_MS } from './limits.ts'

const BUCKETS = 6
const BUCKET_MS = BASELINE_OVER_MS / BUCKETS

/**
 * What the way to one listener takes, there and back, and how old a receipt is: the least that was in flight of late, as far as that
 * is believed. What waits in a queue on the way looks the same, so more than MAX_BASELINE_MS is believed only of who was measured to be
 * farther while nothing of ours was under way.
 */
export class Way {
  readonly #leastMs = new Float64Array(BUCKETS)
  #bucket = 0
  #ms = MAX_BASELINE_MS
  /** What it may be at most. */
  #mostMs = MAX_BASELINE_MS
  #leastOfAllMs = Number.NaN
  /** Since it was measured. */
  #leastEverMs = Number.POSITIVE_INFINITY

  constructor() {
    this.#forget()
  }

  /** As far as it is believed. Much of it while nothing is known. */
  get ms(): number {
    return this.#ms
  }

  /** The same, however much that is; NaN while nothing is known. */
  get roundTripMs(): number {
    return this.#leastOfAllMs
  }

  /** Answered in so long before anything of ours was under way; what has been learnt meanwhile stays. */
  is(roundTripMs: number): void {
    this.#believe(roundTripMs + RECEIPT_MS)
  }

  /** It is another one now: while nothing of ours was under way a receipt said so much later what was sent. */
  changed(acknowledgedMs: number): void {
    this.#forget()
    this.#believe(acknowledgedMs)
  }

  /** So much was in flight, at a receipt, while audio flowed. */
  learn(inFlightMs: number, nowMs: number): void {
    const bucket = Math.floor(nowMs / BUCKET_MS)
    const passed = Math.min(BUCKETS, bucket - this.#bucket)
    for (let i = 0; i < passed; i++) this.#leastMs[(bucket - i) % BUCKETS] = Number.POSITIVE_INFINITY
    this.#bucket = bucket
    const at = bucket % BUCKETS
    this.#leastMs[at] = Math.min(this.#leastMs[at] as number, inFlightMs)
    let least = inFlightMs
    for (let i = 0; i < BUCKETS; i++) least = Math.min(least, this.#leastMs[i] as number)
    this.#leastOfAllMs = least
    // Who was ever nearer than it was measured to be is not far away: that answer was late for another reason.
    this.#leastEverMs = Math.min(this.#leastEverMs, inFlightMs)
    const farMs = Math.min(this.#mostMs, this.#leastEverMs + RECEIPT_MS)
    this.#ms = Math.min(least, Math.max(MAX_BASELINE_MS, farMs))
  }

  #believe(mostMs: number): void {
    this.#mostMs = Math.max(MAX_BASELINE_MS, Math.min(mostMs, MAX_FAR_BASELINE_MS))
    if (Number.isNaN(this.#leastOfAllMs)) this.#ms = this.#mostMs
  }

  #forget(): void {
    this.#leastMs.fill(Number.POSITIVE_INFINITY)
    this.#leastEverMs = Number.POSITIVE_INFINITY
    this.#leastOfAllMs = Number.NaN
  }
}
