import { type Circumstances, RATE_HZ, speedOf } from './circumstances.ts'
import type { Random } from './random.ts'
import type { Receiver } from './receiver.ts'

const MISSED_MS = 20

/** A device with its own clock that asks for sound, in virtual time. */
export class OutputDevice {
  readonly #given: Circumstances
  readonly #random: Random
  /** From one callback to the next, ms. */
  readonly callbackMs: number
  /** When the next one is due, ms. */
  dueMs: number
  #carry = 0
  #contextFrame = 0
  #nextMissMs: number

  /** `random`: the run's own, of which each draw has its turn. */
  constructor(given: Circumstances, random: Random) {
    const { callbackFrames, contextRateHz = RATE_HZ, sinkPpm, missesPerHour } = given
    this.#given = given
    this.#random = random
    this.callbackMs = (callbackFrames / contextRateHz / speedOf(sinkPpm)) * 1000
    this.dueMs = random.between(0, this.callbackMs)
    this.#nextMissMs = missesPerHour ? random.untilNextMs(missesPerHour / 3600) : Number.POSITIVE_INFINITY
  }

  /**
   * When the first frame of the next callback is at the device: what it asks for is no whole number of quanta, so a part of
   * the last one may still be before it.
   */
  get leavesMs(): number {
    const { contextRateHz = RATE_HZ, sinkPpm } = this.#given
    return this.dueMs - (this.#carry / contextRateHz / speedOf(sinkPpm)) * 1000
  }

  /** When the next one comes: as due, or later. Once for each. */
  comesMs(): number {
    const { callbackJitterMs } = this.#given
    return this.dueMs + (callbackJitterMs ? this.#random.between(0, callbackJitterMs) : 0)
  }

  /** One callback, at a local time in ms. Returns the frames that were rendered. */
  callback(receiver: Receiver, localMs: number, hear?: (left: Float32Array) => void): number {
    const { callbackFrames, missesPerHour } = this.#given
    this.#carry += callbackFrames
    const quanta = Math.floor(this.#carry / 128)
    this.#carry -= quanta * 128
    receiver.callback(quanta, this.#contextFrame, localMs, hear)
    this.#contextFrame += quanta * 128
    this.dueMs += this.callbackMs
    if (this.dueMs > this.#nextMissMs) {
      this.dueMs += MISSED_MS
      this.#nextMissMs += this.#random.untilNextMs((missesPerHour as number) / 3600)
    }
    return quanta * 128
  }
}
