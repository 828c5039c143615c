const OVER_MS = 1000

/** What arrives at a listener, from its receipts: kbit/s over about the last second. */
export class DeliveryMeter {
  #sinceMs = Number.NaN
  #sinceBytes = 0
  #kbps = 0

  get kbps(): number {
    return this.#kbps
  }

  /** `bytes`: all so far. */
  add(bytes: number, nowMs: number): void {
    const ms = nowMs - this.#sinceMs
    if (ms < OVER_MS) return
    if (!Number.isNaN(ms)) this.#kbps = ((bytes - this.#sinceBytes) * 8) / ms
    this.#sinceMs = nowMs
    this.#sinceBytes = bytes
  }
}
