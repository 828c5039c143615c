import { ClockSync } from '../../../src/shared/clock/clock-sync.ts'
import { Prober } from '../../../web/network/prober.ts'
import type { ClockPath } from '../clock-paths.ts'
import type { Random } from '../random.ts'

const ANSWERING_MS = 0.05

/** One member's idea of the server's clock: the product's prober and estimate over a modelled way, in its local time. */
export class MemberClock {
  readonly sync = new ClockSync()
  readonly #prober = new Prober()
  readonly #path: ClockPath
  readonly #random: Random
  readonly #serverMs: (localMs: number) => number
  #answer: { id: number; clientSentMs: number; serverReceivedUs: number; serverSentUs: number } | undefined
  #answerMs = Number.NaN

  constructor(path: ClockPath, random: Random, serverMs: (localMs: number) => number) {
    this.#path = path
    this.#random = random
    this.#serverMs = serverMs
    this.#prober.start(0)
  }

  /** Hears what has come by `nowMs` and asks what is due. True: the estimate is another. */
  tick(nowMs: number): boolean {
    let news = false
    let atMs = nowMs
    while (true) {
      if (this.#answer !== undefined) {
        if (this.#answerMs > nowMs) return news
        atMs = this.#answerMs
        const sample = this.#prober.heard({ type: 'time_sync_batch', samples: [this.#answer] }, atMs)
        this.#answer = undefined
        if (sample && this.sync.add(sample)) news = true
        if (this.sync.inDoubt && this.#prober.idle) this.#prober.start(atMs)
      }
      const probe = this.#prober.next(atMs)
      if (probe === undefined) return news
      const receivedMs = atMs + this.#path.upMs(this.#random)
      this.#answer = {
        ...probe,
        serverReceivedUs: this.#serverMs(receivedMs) * 1000,
        serverSentUs: this.#serverMs(receivedMs + ANSWERING_MS) * 1000,
      }
      this.#answerMs = receivedMs + ANSWERING_MS + this.#path.downMs(this.#random)
    }
  }
}
