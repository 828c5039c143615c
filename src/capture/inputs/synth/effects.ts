// Room and echo for single channels, in place, chunk by chunk. Allocate once, nothing while rendering.

/** A few damped combs and one allpass: a small warm room. */
export class Room {
  readonly #combs: Float32Array[]
  readonly #at: number[]
  readonly #damped: number[]
  readonly #diffuser: Float32Array
  #diffuserAt = 0
  readonly #wet: number
  readonly #feedback: number

  constructor(rateHz: number, wet: number, feedback: number) {
    const sized = (ms: number): Float32Array =>
      new Float32Array(Math.max(1, Math.round((rateHz * ms) / 1000)))
    this.#combs = [31.3, 37.9, 43.7].map(sized)
    this.#at = this.#combs.map(() => 0)
    this.#damped = this.#combs.map(() => 0)
    this.#diffuser = sized(7.1)
    this.#wet = wet
    this.#feedback = feedback
  }

  process(buffer: Float32Array): void {
    const { length } = buffer
    const wetSum = this.#scratch(length)
    for (let c = 0; c < this.#combs.length; c++) {
      const comb = this.#combs[c] as Float32Array
      let at = this.#at[c] as number
      let damped = this.#damped[c] as number
      for (let i = 0; i < length; i++) {
        const echo = comb[at] as number
        damped += 0.35 * (echo - damped)
        comb[at] = (buffer[i] as number) + damped * this.#feedback
        if (++at === comb.length) at = 0
        wetSum[i] = (wetSum[i] as number) + echo
      }
      this.#at[c] = at
      this.#damped[c] = damped
    }
    const diffuser = this.#diffuser
    for (let i = 0; i < length; i++) {
      const held = diffuser[this.#diffuserAt] as number
      const into = (wetSum[i] as number) + held * 0.5
      diffuser[this.#diffuserAt] = into
      if (++this.#diffuserAt === diffuser.length) this.#diffuserAt = 0
      buffer[i] = (buffer[i] as number) + (held - into * 0.5) * this.#wet
    }
  }

  #sum = new Float32Array(0)
  #scratch(length: number): Float32Array {
    if (this.#sum.length !== length) this.#sum = new Float32Array(length)
    return this.#sum.fill(0)
  }
}

/** One delay with a darker echo each time. */
export class Echo {
  readonly #line: Float32Array
  #at = 0
  #dark = 0
  readonly #wet: number

  constructor(rateHz: number, delayS: number, wet: number) {
    this.#line = new Float32Array(Math.max(1, Math.round(rateHz * delayS)))
    this.#wet = wet
  }

  process(buffer: Float32Array): void {
    const line = this.#line
    for (let i = 0; i < buffer.length; i++) {
      const echo = line[this.#at] as number
      this.#dark += 0.3 * (echo - this.#dark)
      line[this.#at] = (buffer[i] as number) + this.#dark * 0.42
      if (++this.#at === line.length) this.#at = 0
      buffer[i] = (buffer[i] as number) + this.#dark * this.#wet
    }
  }
}
