/** How many listen from each address. Bounded by the listeners there may be. */
export class AddressPlaces {
  readonly #most: number
  readonly #taken = new Map<string, number>()

  /** @param most from one address at a time */
  constructor(most: number) {
    this.#most = most
  }

  /** Addresses somebody listens from. */
  get size(): number {
    return this.#taken.size
  }

  /** What gives the place back, once; undefined: there is none left. */
  take(address: string): (() => void) | undefined {
    const taken = this.#taken.get(address) ?? 0
    if (taken >= this.#most) return undefined
    this.#taken.set(address, taken + 1)
    return () => {
      const left = (this.#taken.get(address) ?? 0) - 1
      if (left > 0) this.#taken.set(address, left)
      else this.#taken.delete(address)
    }
  }
}
