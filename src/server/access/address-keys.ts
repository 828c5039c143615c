import type { Interfaces } from '../interfaces.ts'
import { addressKey, networkKey } from './address.ts'

/** How long it is believed which networks this computer is in; asking takes 0.05 ms. */
const LOOK_MS = 10_000

export interface AddressKeysOptions {
  interfaces: () => Interfaces
  /** Monotonic, ms. */
  nowMs?: () => number
}

/**
 * By which name limits know who asks, so that a room full of phones is not one person: each address of a network that this computer
 * is in, else the /64. Who is in its network can take many addresses, and so more than their share; nothing that has to be safe
 * may be counted by this.
 */
export class AddressKeys {
  readonly #options: Required<AddressKeysOptions>
  /** Those that this computer has an address in. A /64 is one link, whatever length the address was given with. */
  #networks: ReadonlySet<string> = new Set()
  #lookedMs = Number.NEGATIVE_INFINITY

  constructor({ interfaces, nowMs = () => performance.now() }: AddressKeysOptions) {
    this.#options = { interfaces, nowMs }
  }

  of(ip: string | undefined): string {
    return addressKey(ip, (network) => this.#own().has(network))
  }

  #own(): ReadonlySet<string> {
    const { interfaces, nowMs } = this.#options
    if (nowMs() - this.#lookedMs >= LOOK_MS) {
      this.#lookedMs = nowMs()
      const all = Object.values(interfaces()).flatMap((list = []) => list)
      this.#networks = new Set(
        all
          .filter(({ family, internal }) => family === 'IPv6' && !internal)
          .map(({ address }) => networkKey(address)),
      )
    }
    return this.#networks
  }
}
