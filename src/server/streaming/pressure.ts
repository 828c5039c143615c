// How much of the server's time handing out packets takes. Pure.

/** crowded: it is time to save it; overloaded: it will not be enough. */
export type Pressure = 'calm' | 'crowded' | 'overloaded'

/** Parts of the packets' own time. */
const CROWDED = 0.4
const OVERLOADED = 0.75
/** What is saved by messages of up to four packets must not end what it was done for. */
const UNTIL = 1 / 4
/** The last few hundred packets decide. */
const SMOOTHING = 1 / 256

export class PressureGauge {
  #load = 0
  #crowded = false
  #overloaded = false

  /** Part of the packets' own time, smoothed. */
  get load(): number {
    return this.#load
  }

  get level(): Pressure {
    return this.#overloaded ? 'overloaded' : this.#crowded ? 'crowded' : 'calm'
  }

  /** A packet of the source that lasts `lastsMs`; since the one before, handing out has taken `busyMs`. */
  add(busyMs: number, lastsMs: number): void {
    this.#load += (busyMs / lastsMs - this.#load) * SMOOTHING
    this.#crowded = this.#load > CROWDED * (this.#crowded ? UNTIL : 1)
    this.#overloaded = this.#load > OVERLOADED * (this.#overloaded ? UNTIL : 1)
  }
}
