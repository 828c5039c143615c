import { type AccessLimits, ATTEMPTS_MS, UPGRADES_MS } from './limits.ts'
import { RateWindow } from './rate-window.ts'

const ALL = 'all'

/** How often an address may try keys and ask for WebSockets. Answers are seconds to wait; 0: go on. Time is monotonic, ms. */
export class Throttle {
  readonly #limits: AccessLimits
  readonly #attempts = new RateWindow(ATTEMPTS_MS)
  readonly #upgrades = new RateWindow(UPGRADES_MS)
  readonly #allUpgrades = new RateWindow(UPGRADES_MS, 1)

  constructor(limits: AccessLimits) {
    this.#limits = limits
  }

  /** Whether another key may be tried. */
  attemptWaitS(address: string, nowMs: number): number {
    const { count, leftMs } = this.#attempts.read(address, nowMs)
    return count >= this.#limits.maxKeyAttempts ? inSeconds(leftMs) : 0
  }

  /** A key was wrong. */
  failed(address: string, nowMs: number): void {
    this.#attempts.add(address, nowMs)
  }

  /** This address asks for a WebSocket. */
  upgradeWaitS(address: string, nowMs: number): number {
    const { count, leftMs } = this.#upgrades.add(address, nowMs)
    return count > this.#limits.maxAddressUpgrades ? inSeconds(leftMs) : 0
  }

  /** Somebody with a key does. */
  allUpgradesWaitS(nowMs: number): number {
    const { count, leftMs } = this.#allUpgrades.add(ALL, nowMs)
    return count > this.#limits.maxUpgrades ? inSeconds(leftMs) : 0
  }
}

function inSeconds(leftMs: number): number {
  return Math.max(1, Math.ceil(leftMs / 1000))
}
