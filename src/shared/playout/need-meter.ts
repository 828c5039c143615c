// What delay would have been enough for the callback before: looked at once per callback, at its start. Thread: audio;
// nothing but the constructor allocates.
import type { ControlBlock } from '../ring/control-block.ts'
import type { Moment } from './moment.ts'

/**
 * When packets of another length come the line moves, and what was needed before is measured on one line, what is missing
 * now on the other: until that is over, nothing is learnt from it.
 */
const TURNING_MS = 300
/** What a stream needs while page, socket and device are still starting says nothing about what it will need. */
const STARTING_MS = 1500

export class NeedMeter {
  /** The line was moved a moment ago. */
  turned = false
  readonly #control: ControlBlock
  #startedMs = Number.NaN
  #turns = Number.NaN
  #turnedMs = Number.NEGATIVE_INFINITY
  /**
   * When the callback before began: what could have been playing, and the end of what had come. That a packet brings more
   * than the line says is the luck of how its beat falls against the device's, and not counted on. NaN when the
   * ring was not read in order since.
   */
  #playableBefore = Number.NaN
  #newestBefore = Number.NaN
  #rawDelayBefore = Number.NaN
  #delayBeforeMs = Number.NaN

  constructor(control: ControlBlock) {
    this.#control = control
  }

  /** A stream is about to play. */
  begin(): void {
    this.#startedMs = Number.NaN
    this.#playableBefore = Number.NaN
  }

  /** The ring is not read in order, or a callback goes by without a look: nothing can be said of the next. */
  interrupted(): void {
    this.#playableBefore = Number.NaN
  }

  /** Inside a gap it is read on from so many frames before, by a target that is as much higher: the gap is still the same. */
  wentBack(frames: number): void {
    this.#rawDelayBefore += frames
  }

  /** Fills `newest`, `latestMs` and `needMs` of the moment. `rateHz`: the stream's. */
  look(moment: Moment, rateHz: number): void {
    const { nowMs, playable, position, readTo } = moment
    const newest = this.#control.slots[this.#control.at.newestPosition] as number
    moment.newest = newest
    this.#takeLatest(moment)
    // By so much the callback before read beyond the line, and so late was the worst packet: with that much more delay
    // it would have had all it needed.
    const shortMs = ((readTo - this.#playableBefore) / rateHz) * 1000
    const delay = playable - position
    // When source and device have paused together, packets look late and so are we: that takes no more delay.
    const pausedMs = Math.max(0, ((delay - this.#rawDelayBefore) / rateHz) * 1000)
    const openMs = ((this.#playableBefore - this.#newestBefore) / rateHz) * 1000
    const lateMs = Math.max(0, openMs, moment.latestMs - pausedMs)
    if (Number.isNaN(this.#startedMs)) this.#startedMs = nowMs
    this.#noteTurn(moment)
    const starting = nowMs - this.#startedMs < STARTING_MS || this.turned
    moment.needMs = starting ? Number.NaN : this.#delayBeforeMs + shortMs + lateMs
    this.#playableBefore = playable
    this.#newestBefore = newest
    this.#rawDelayBefore = delay
  }

  /** What was decided: the delay aimed at, stream frames, and by how much it is missed, averaged: `moment.smoothErrorS`. */
  decided(moment: Moment, rateHz: number): void {
    this.#delayBeforeMs = (moment.targetFrames / rateHz + moment.smoothErrorS) * 1000
  }

  #noteTurn({ nowMs }: Moment): void {
    const turns = this.#control.slots[this.#control.at.lineTurns] as number
    if (turns !== this.#turns) {
      // What was counted before this began to play is no news.
      if (this.#turns >= 0) this.#turnedMs = nowMs
      this.#turns = turns
    }
    this.turned = nowMs - this.#turnedMs < TURNING_MS
  }

  #takeLatest(moment: Moment): void {
    const { slots, at } = this.#control
    const serial = slots[at.latePeakSerial] as number
    moment.latestMs = slots[at.latePeakTaken] === serial ? 0 : (slots[at.latePeakMs] as number)
    slots[at.latePeakTaken] = serial
  }
}
