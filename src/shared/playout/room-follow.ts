// Who plays with a group has no target of its own: the room line says which position leaves the worklet when, and the
// rate loop keeps to it. Thread: audio; nothing but the constructor allocates.
import type { ControlBlock, RoomLine } from '../ring/control-block.ts'
import { ErrorBlock } from './error-block.ts'
import type { Moment } from './moment.ts'
import type { RateControl } from './rate-control.ts'

/** When a listener joins or leaves the line, what is more than this is jumped and not bent. */
const JOIN_S = 0.001
/**
 * One look at the clock, and what a browser says of an output that has not played yet, are some ms off. What is left so long
 * after joining, once it has been averaged, is put right by two short cross-fades more: bent away it would take seconds.
 */
const FINISH_MS = [1000, 2000]
const FINISH_S = 0.0003
/**
 * Later, an error that comes at once, is more than this and lasts is of a device that has lost frames. It is made up for at a
 * rate of its own, 2.2 cents: the loop, made for clocks, would take half a minute, and be as far off on the other side first.
 */
const OFF_S = 0.001
/** It lasts when so many blocks running are off, and agree to so much. */
const OFF_BLOCKS = 4
const AGREED_S = 0.0006
/** What comes more slowly than this is of a clock that is known better, and the loop's. */
const USUAL_PER_S = 0.0003
/** So long after joining, the loop is quick enough by itself. */
const OFF_AFTER_MS = 10_000
const MAKE_UP_PER_S = 0.00125
/** Longer than this between two callbacks, and little of it was played. */
const MAX_DT_S = 0.1

export class RoomFollow {
  readonly #control: ControlBlock
  readonly #rate: Readonly<RateControl>
  readonly #line: RoomLine = { serial: 0, ms: 0, position: 0, rateHz: 0, slewPpm: 0 }
  /** The line steered by at the last decision; 0: none. */
  #followed = 0
  #joining = false
  #joinedMs = Number.NaN
  #finished = 0
  readonly #block = new ErrorBlock()
  /** Blocks running that were off, and by how much the last was, seconds. */
  #offBlocks = 0
  #offS = 0
  /** The error as it was before it came at once, seconds. */
  #usualS = 0
  /** Of what is being made up for, what is left, seconds. The rate loop is not shown it. */
  #awayS = 0

  constructor(control: ControlBlock, rate: Readonly<RateControl>) {
    this.#control = control
    this.#rate = rate
  }

  /** Puts what the room line says for this callback into `moment.roomPosition`; NaN when there is none to follow. */
  look(moment: Moment, lineSerial: number): void {
    const line = this.#line
    for (let tries = 0; tries < 3 && !this.#control.readRoom(line); tries++);
    const serial = line.serial === lineSerial ? line.serial : 0
    if (serial !== this.#followed) {
      this.stayed()
      this.#joining = true
      this.#joinedMs = Number.NaN
      this.#finished = 0
    }
    this.#followed = serial
    moment.roomPosition =
      serial > 0 ? line.position + ((moment.nowMs - line.ms) * line.rateHz) / 1000 : Number.NaN
  }

  get following(): boolean {
    return this.#followed > 0
  }

  /** True once after the line was joined or left, when the error is worth a jump. `stayed` ends that. */
  joins({ errorS }: Moment): boolean {
    if (!this.#joining) return false
    if (Math.abs(errorS) > JOIN_S) return true
    this.#joining = false
    return false
  }

  /** Playing goes on at the line, by a jump or from the start. */
  stayed(): void {
    this.#joining = false
    this.#block.reset()
    this.#offBlocks = 0
    this.#usualS = 0
    this.#awayS = 0
  }

  /** Beside the error of the rate loop. */
  get awayS(): number {
    return this.#awayS
  }

  /** True when what is left of the error, averaged by the rate loop, is to be put right in one go. */
  finishes({ nowMs }: Moment): boolean {
    if (Number.isNaN(this.#joinedMs)) this.#joinedMs = nowMs
    const due = FINISH_MS[this.#finished]
    if (due === undefined || nowMs - this.#joinedMs < due) return false
    this.#finished++
    return Math.abs(this.#rate.errorS) > FINISH_S
  }

  /** For the rate loop: how fast the group's delay is being moved, which is no error of ours. */
  slew(moment: Moment): void {
    moment.slewMsPerS = -this.#line.slewPpm / 1000
  }

  /** After `slew`, each callback: works off what is away, and takes it out of the moment's error. */
  makeUp(moment: Moment): void {
    const dtS = Math.min(MAX_DT_S, moment.dtS)
    const most = MAKE_UP_PER_S * dtS
    const doneS = Math.min(most, Math.max(-most, this.#awayS))
    this.#awayS -= doneS
    moment.errorS -= this.#awayS
    if (dtS > 0) moment.slewMsPerS -= (1000 * doneS) / dtS
  }

  /**
   * After `makeUp`, each callback. True: so far off for so long that it has been put to what is made up for, and what the rate
   * loop has averaged of it is nothing any more.
   */
  isOff(moment: Moment): boolean {
    const block = this.#block
    if (!block.add(moment)) return false
    const { nowMs } = moment
    const { meanS } = block
    const fromUsualS = meanS - this.#usualS
    if (Math.abs(fromUsualS) < OFF_S || nowMs - this.#joinedMs < OFF_AFTER_MS) {
      const most = USUAL_PER_S * block.lengthS
      this.#usualS += Math.min(most, Math.max(-most, fromUsualS))
      this.#offBlocks = 0
      return false
    }
    this.#offBlocks = Math.abs(meanS - this.#offS) < AGREED_S ? this.#offBlocks + 1 : 1
    this.#offS = meanS
    if (this.#offBlocks < OFF_BLOCKS) return false
    this.#offBlocks = 0
    this.#usualS = 0
    this.#awayS += meanS
    moment.errorS -= meanS
    return true
  }

  /** What is beyond this is jumped, seconds. */
  get jumpS(): number {
    const { slots, at } = this.#control
    return (slots[at.roomJumpMs] as number) / 1000
  }
}
