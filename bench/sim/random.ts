/** Seeded random numbers (mulberry32): the same seed gives the same run on every machine. */
export class Random {
  #state: number
  #spare = Number.NaN

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** 0 ≤ x < 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from)
  }

  /** Mean 0, standard deviation 1 (Box-Muller). */
  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare
      this.#spare = Number.NaN
      return spare
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()))
    const angle = 2 * Math.PI * this.next()
    this.#spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  /** Time to the next of events that come at `perS` a second on average, ms. */
  untilNextMs(perS: number): number {
    return (-Math.log(1 - this.next()) / perS) * 1000
  }
}
