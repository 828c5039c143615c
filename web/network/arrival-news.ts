import type { PacketTime } from './decode/opus-source.ts'

export interface ArrivalNewsOptions {
  /** For each packet that brings news of the stream, in room positions; what it gets is only valid inside the call. */
  onPacket: (time: PacketTime, arrivalMs: number) => void
  /** Packets begin that take so long by design, before any network, ms. */
  onTurn: (designMs: number) => void
}

/**
 * Tells when which packet came, as if it had been live: on the room's axis, where it is `shift` further on, and captured so
 * much later. Thread: worker; does not allocate.
 */
export class ArrivalNews {
  readonly #opts: ArrivalNewsOptions
  readonly #time: PacketTime = { position: 0, captureUs: 0 }
  #rateHz = Number.NaN
  #shiftUs = 0
  /** From stream to room position, of the packets that come, frames. */
  shift = 0
  /** What was told last that packets take by design, ms; NaN: nothing. */
  designMs = Number.NaN
  /** What is being played arrived earlier, and was told then. */
  silent = false

  constructor(opts: ArrivalNewsOptions) {
    this.#opts = opts
  }

  begin(rateHz: number): void {
    this.#rateHz = rateHz
    this.#shiftUs = 0
    this.shift = 0
    this.designMs = Number.NaN
  }

  /** `sourceRateHz`: measured against the server clock; NaN: not known. */
  shiftBy(frames: number, sourceRateHz: number): void {
    this.shift = frames
    this.#shiftUs = (frames * 1e6) / (sourceRateHz > 0 ? sourceRateHz : this.#rateHz)
  }

  packet({ position, captureUs }: PacketTime, arrivalMs: number): void {
    if (this.silent) return
    this.#time.position = position + this.shift
    this.#time.captureUs = captureUs + this.#shiftUs
    this.#opts.onPacket(this.#time, arrivalMs)
  }

  turn(designMs: number): void {
    if (this.silent) return
    this.designMs = designMs
    this.#opts.onTurn(designMs)
  }
}
