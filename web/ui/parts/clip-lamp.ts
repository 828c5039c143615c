/** Full scale, less the last bit of 16: what came from a converter that was too loud. */
const CLIPPED = 1 - 1 / 32_768
const STAYS_MS = 2000

/** Lit by a peak at full scale, for 2 s. Pure. */
export class ClipLamp {
  #leftMs = 0

  get lit(): boolean {
    return this.#leftMs > 0
  }

  /** `peak` is linear, 1 = full scale. Does not allocate. */
  update(peak: number, elapsedMs: number): void {
    this.#leftMs = peak >= CLIPPED ? STAYS_MS : Math.max(0, this.#leftMs - elapsedMs)
  }
}
