// Peak and RMS of what is put out, over windows of 50 ms. Pure; allocates only when built.

const WINDOW_MS = 50

export class LevelMeter {
  /** Of the last whole window; full scale is 1. */
  peakLeft = 0
  peakRight = 0
  rmsLeft = 0
  rmsRight = 0

  readonly #windowFrames: number
  #frames = 0
  #peakLeft = 0
  #peakRight = 0
  #powerLeft = 0
  #powerRight = 0

  constructor(rateHz: number) {
    this.#windowFrames = Math.round((rateHz * WINDOW_MS) / 1000)
  }

  add(left: Float32Array, right: Float32Array): void {
    // Locals: a private field read and written per sample costs more than all the arithmetic.
    let peakLeft = this.#peakLeft
    let peakRight = this.#peakRight
    let powerLeft = 0
    let powerRight = 0
    for (let i = 0; i < left.length; i++) {
      const l = left[i] as number
      const r = right[i] as number
      if (l > peakLeft) peakLeft = l
      else if (-l > peakLeft) peakLeft = -l
      if (r > peakRight) peakRight = r
      else if (-r > peakRight) peakRight = -r
      powerLeft += l * l
      powerRight += r * r
    }
    this.#peakLeft = peakLeft
    this.#peakRight = peakRight
    this.#powerLeft += powerLeft
    this.#powerRight += powerRight
    this.#frames += left.length
    if (this.#frames >= this.#windowFrames) this.#close()
  }

  #close(): void {
    this.peakLeft = this.#peakLeft
    this.peakRight = this.#peakRight
    this.rmsLeft = Math.sqrt(this.#powerLeft / this.#frames)
    this.rmsRight = Math.sqrt(this.#powerRight / this.#frames)
    this.#frames = 0
    this.#peakLeft = 0
    this.#peakRight = 0
    this.#powerLeft = 0
    this.#powerRight = 0
  }
}
