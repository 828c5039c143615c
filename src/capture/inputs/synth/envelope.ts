// Attack, decay to a sustain level, release. Steps once per chunk of frames; whoever uses it ramps between.

export interface EnvelopeShape {
  attackS: number
  /** Time to fall by 1/e towards `sustain`. */
  decayS: number
  sustain: number
  /** Time to fall by 1/e after the note's end. */
  releaseS: number
}

const SILENT = 0.0003

export class Envelope {
  level = 0
  #attack = 0
  #decay = 0
  #sustain = 0
  #release = 0
  #held = 0
  #rising = true

  /** Begins a note; `chunkS` is the time of one step. */
  start(shape: EnvelopeShape, holdS: number, chunkS: number): void {
    this.level = 0
    this.#attack = Math.min(1, chunkS / shape.attackS)
    this.#decay = Math.exp(-chunkS / shape.decayS)
    this.#sustain = shape.sustain
    this.#release = Math.exp(-chunkS / shape.releaseS)
    this.#held = Math.max(1, Math.round(holdS / chunkS))
    this.#rising = true
  }

  /** One step on. False once nothing can be heard any more. */
  step(): boolean {
    if (this.#held > 0) {
      this.#held--
      if (this.#rising) {
        this.level += this.#attack
        if (this.level >= 1) {
          this.level = 1
          this.#rising = false
        }
      } else this.level = this.#sustain + (this.level - this.#sustain) * this.#decay
    } else this.level *= this.#release
    return this.#rising ? this.#held > 0 || this.level > SILENT : this.level > SILENT
  }
}
