// Who plays with a group has no target of its own: the room line says which position leaves the worklet when, and the
// rate loop keeps to it. Thread: audio; nothing but the constructor allocates.
import type { ControlBlock, RoomLine } from '../ring/control-block.ts'
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

export class RoomFollow {
  readonly #control: ControlBlock
  readonly #rate: Readonly<RateControl>
  readonly #line: RoomLine = { serial: 0, ms: 0, position: 0, rateHz: 0, slewPpm: 0 }
  /** The line steered by at the last decision; 0: none. */
  #followed = 0
  #joining = false
  #joinedMs = Number.NaN
  #finished = 0

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

  /** What is beyond this is jumped, seconds. */
  get jumpS(): number {
    const { slots, at } = this.#control
    return (slots[at.roomJumpMs] as number) / 1000
  }
}
