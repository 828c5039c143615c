// What a page says of itself while it is heard, once a second.
import type { OpenBrowser } from '../../test/studio/browser.ts'
import { pageStats } from '../../test/studio/browser.ts'
import type { Stats } from '../../web/player/stats.ts'

export interface Claim {
  /** Since the measurement began. */
  atS: number
  stats: Stats
}

export class Claims {
  readonly claims: Claim[] = []
  readonly #page: OpenBrowser
  readonly #fromMs = performance.now()
  readonly #timer: NodeJS.Timeout

  constructor(page: OpenBrowser) {
    this.#page = page
    this.#timer = setInterval(() => void this.#look().catch(() => {}), 1000) // a missed look costs nothing
  }

  /** Asks once more, and then no more. */
  async stop(): Promise<Claim[]> {
    clearInterval(this.#timer)
    await this.#look()
    return this.claims
  }

  async #look(): Promise<void> {
    const stats = await pageStats(this.#page)
    this.claims.push({ atS: (performance.now() - this.#fromMs) / 1000, stats })
  }
}
