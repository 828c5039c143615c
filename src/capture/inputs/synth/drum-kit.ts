// Kick, rim and hat: one voice each, restarted by the next hit as a real one is. Rendering allocates nothing.
import { KICK, RIM } from './score.ts'
import { TABLE_SIZE, TABLES } from './wavetables.ts'

export class DrumKit {
  readonly #rateHz: number
  #noise = 0x1234567
  // Kick: a sine falling from 130 to 48 Hz.
  #kick = 0
  #kickHz = 0
  #kickPhase = 0
  // Rim: a short woody tone with a breath of noise.
  #rim = 0
  #rimPhase = 0
  // Hat: noise, first differences of a lowpass take the lows and the sting out.
  #hat = 0
  #low = 0
  #lower = 0

  constructor(rateHz: number) {
    this.#rateHz = rateHz
  }

  hit(drum: number, velocity: number): void {
    if (drum === KICK) {
      this.#kick = velocity
      this.#kickHz = 130
      this.#kickPhase = 0
    } else if (drum === RIM) {
      this.#rim = velocity
      this.#rimPhase = 0
    } else this.#hat = velocity
  }

  /** Adds one chunk to `out`. */
  render(out: Float32Array): void {
    if (this.#kick + this.#rim + this.#hat < 0.0003) return
    const rateHz = this.#rateHz
    const table = TABLES.sine
    const kickFall = Math.exp(-1 / (0.13 * rateHz))
    const sweep = Math.exp(-1 / (0.035 * rateHz))
    const rimFall = Math.exp(-1 / (0.035 * rateHz))
    const hatFall = Math.exp(-1 / (0.028 * rateHz))
    const soft = 1 - Math.exp((-2 * Math.PI * Math.min(7000, rateHz * 0.3)) / rateHz)
    const floor = 1 - Math.exp((-2 * Math.PI * Math.min(3500, rateHz * 0.2)) / rateHz)
    for (let i = 0; i < out.length; i++) {
      this.#noise = (Math.imul(this.#noise, 1664525) + 1013904223) | 0
      const noise = this.#noise / 2147483648
      this.#low += soft * (noise - this.#low)
      this.#lower += floor * (this.#low - this.#lower)
      const hiss = this.#low - this.#lower
      const kick = (table[this.#kickPhase | 0] as number) * this.#kick
      const rim = ((table[this.#rimPhase | 0] as number) * 0.5 + this.#low * 0.45) * this.#rim
      out[i] = (out[i] as number) + kick * 0.42 + rim * 0.3 + hiss * this.#hat * 0.2
      this.#kickPhase = (this.#kickPhase + ((48 + this.#kickHz) / rateHz) * TABLE_SIZE) % TABLE_SIZE
      this.#rimPhase = (this.#rimPhase + (410 / rateHz) * TABLE_SIZE) % TABLE_SIZE
      this.#kickHz *= sweep
      this.#kick *= kickFall
      this.#rim *= rimFall
      this.#hat *= hatFall
    }
  }
}
