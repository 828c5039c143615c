export const FLOOR_DB = -60
export const SCALE_DB = [-60, -48, -36, -24, -12, -6, 0] as const

const FALL_DB_PER_S = 24
const HOLD_MS = 1500

/** Where a level stands on the scale, 0 … 1. */
export function toFraction(db: number): number {
  return Math.min(1, Math.max(0, 1 - db / FLOOR_DB))
}

/** A peak meter: up at once, down slowly, and a mark that stays at the highest peak for a while. */
export class MeterBallistics {
  #db = FLOOR_DB
  #holdDb = FLOOR_DB
  #heldMs = 0

  /** 0 … 1 along the scale. */
  get level(): number {
    return toFraction(this.#db)
  }

  get hold(): number {
    return toFraction(this.#holdDb)
  }

  /** `peak` is linear, 1 = full scale. Does not allocate. */
  update(peak: number, elapsedMs: number): void {
    const fall = (FALL_DB_PER_S * elapsedMs) / 1000
    const db = peak > 0 ? 20 * Math.log10(peak) : FLOOR_DB
    this.#db = Math.max(db, this.#db - fall, FLOOR_DB)
    this.#heldMs += elapsedMs
    if (this.#db >= this.#holdDb) {
      this.#holdDb = this.#db
      this.#heldMs = 0
    } else if (this.#heldMs > HOLD_MS) {
      this.#holdDb = Math.max(this.#db, this.#holdDb - fall)
    }
  }
}
