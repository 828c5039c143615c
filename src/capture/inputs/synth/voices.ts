// Sounding notes. Each renders one chunk at a time into its part's buffer; gains ramp over a chunk, so nothing
// clicks. Allocated once and reused: rendering allocates nothing.
import { Envelope, type EnvelopeShape } from './envelope.ts'
import { TABLE_MASK, TABLE_SIZE, TABLES } from './wavetables.ts'

export interface ToneSound {
  kind: 'tone'
  table: Float32Array
  /** Second oscillator, this many cents away; 0 for none. */
  detuneCents: number
  /** Lowpass, as a multiple of the note's frequency, at the envelope's foot and top. */
  darkness: number
  brightness: number
  vibratoCents: number
  shape: EnvelopeShape
  level: number
}
export interface FmSound {
  kind: 'fm'
  /** Modulator frequency over the note's. */
  ratio: number
  /** Depth in turns at full velocity; falls with its own time. */
  depth: number
  depthDecayS: number
  tremolo: number
  shape: EnvelopeShape
  level: number
}
export type Sound = ToneSound | FmSound

const VIBRATO_HZ = 5
const TREMOLO_HZ = 4.2

export class Voice {
  active = false
  readonly #envelope = new Envelope()
  readonly #rateHz: number
  readonly #chunkS: number
  #sound: Sound | undefined
  #hz = 0
  #gain = 0
  #velocity = 0
  #phase = 0
  #phase2 = 0
  #low = 0
  #depth = 0
  #ageS = 0

  constructor(rateHz: number, chunkS: number) {
    this.#rateHz = rateHz
    this.#chunkS = chunkS
  }

  /** How loud it is now: the quietest voice is the one to steal. */
  get loudness(): number {
    return this.active ? this.#gain : 0
  }

  start(sound: Sound, hz: number, velocity: number, holdS: number): void {
    this.#sound = sound
    this.#hz = hz
    this.#velocity = velocity
    this.#envelope.start(sound.shape, holdS, this.#chunkS)
    this.#gain = 0
    this.#phase = 0
    // A modulator out of step with its carrier would make a tone of 0 Hz.
    this.#phase2 = sound.kind === 'fm' ? 0 : TABLE_SIZE / 3
    this.#low = 0
    this.#ageS = 0
    this.#depth = sound.kind === 'fm' ? sound.depth * velocity * TABLE_SIZE : 0
    this.active = true
  }

  /** Adds one chunk to `out`. */
  render(out: Float32Array): void {
    const sound = this.#sound
    if (!this.active || sound === undefined) return
    this.active = this.#envelope.step()
    this.#ageS += this.#chunkS
    let target = this.active ? this.#envelope.level * this.#velocity * sound.level : 0
    if (sound.kind === 'tone') this.#tone(sound, out, target)
    else {
      target *= 1 - sound.tremolo * (0.5 - 0.5 * turn(this.#ageS * TREMOLO_HZ))
      this.#fm(sound, out, target)
    }
    this.#gain = target
  }

  #tone(sound: ToneSound, out: Float32Array, target: number): void {
    const { table } = sound
    const bend = sound.vibratoCents * Math.min(1, this.#ageS * 2) * turn(this.#ageS * VIBRATO_HZ)
    const step = ((this.#hz * (1 + bend * 0.000578)) / this.#rateHz) * TABLE_SIZE
    const step2 = step * (1 + sound.detuneCents * 0.000578)
    const cutoffHz = this.#hz * (sound.darkness + (sound.brightness - sound.darkness) * this.#envelope.level)
    const open = 1 - Math.exp((-2 * Math.PI * Math.min(cutoffHz, this.#rateHz * 0.4)) / this.#rateHz)
    const second = sound.detuneCents !== 0
    const gainStep = (target - this.#gain) / out.length
    let gain = this.#gain
    let phase = this.#phase
    let phase2 = this.#phase2
    let low = this.#low
    for (let i = 0; i < out.length; i++) {
      const at = phase | 0
      const a = table[at] as number
      let value = a + ((table[at + 1] as number) - a) * (phase - at)
      phase += step
      if (phase >= TABLE_SIZE) phase -= TABLE_SIZE
      if (second) {
        const at2 = phase2 | 0
        const b = table[at2] as number
        value = 0.5 * (value + b + ((table[at2 + 1] as number) - b) * (phase2 - at2))
        phase2 += step2
        if (phase2 >= TABLE_SIZE) phase2 -= TABLE_SIZE
      }
      low += open * (value - low)
      gain += gainStep
      out[i] = (out[i] as number) + low * gain
    }
    this.#phase = phase
    this.#phase2 = phase2
    this.#low = low
  }

  #fm(sound: FmSound, out: Float32Array, target: number): void {
    const table = TABLES.sine
    const step = (this.#hz / this.#rateHz) * TABLE_SIZE
    const step2 = step * sound.ratio
    const depth = this.#depth
    const gainStep = (target - this.#gain) / out.length
    let gain = this.#gain
    let phase = this.#phase
    let phase2 = this.#phase2
    for (let i = 0; i < out.length; i++) {
      const modulated = phase + depth * (table[phase2 & TABLE_MASK] as number) + TABLE_SIZE * 4
      const whole = modulated | 0
      const at = whole & TABLE_MASK
      const a = table[at] as number
      gain += gainStep
      out[i] = (out[i] as number) + (a + ((table[at + 1] as number) - a) * (modulated - whole)) * gain
      phase += step
      if (phase >= TABLE_SIZE) phase -= TABLE_SIZE
      phase2 += step2
      if (phase2 >= TABLE_SIZE) phase2 -= TABLE_SIZE
    }
    this.#phase = phase
    this.#phase2 = phase2
    this.#depth = depth * Math.exp(-this.#chunkS / sound.depthDecayS)
  }
}

/** sin(2π·turns) from the table. */
function turn(turns: number): number {
  return TABLES.sine[((turns % 1) * TABLE_SIZE) | 0] as number
}
