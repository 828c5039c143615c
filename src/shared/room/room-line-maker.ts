// From what the server says of a group, and what is known of its clock, to the line that the group's listener plays by.
// Pure; local time comes in, ms.
import type { ClockEstimate } from '../clock/clock-sync.ts'
import type { RoomLine } from '../ring/control-block.ts'
import { type DelaySchedule, delaySlewMsPerS } from './delay-schedule.ts'
import { type CaptureAnchor, roomPositionAt } from './room-axis.ts'

/**
 * A better idea of the clock moves the line by so much in a second, ms: 200 ppm on the pitch. It is this listener's alone; the
 * anchor is everybody's, smooth already, and taken as it is: whoever smoothed it once more would be late by what he does.
 */
const FOLLOW_MS_PER_S = 0.2
/** … but what is off by more than this is put right at once, ms. */
const AT_ONCE_MS = 5
/** What is known better of the output moves it by so much in a second, and is told on as a move, so that nothing lags behind it. */
const LEAD_MS_PER_S = 0.1

export class RoomLineMaker {
  #anchor: CaptureAnchor | undefined
  #delay: DelaySchedule | undefined
  /** What holds until `#delay` begins; undefined: it has begun. */
  #delayBefore: DelaySchedule | undefined
  #clock: ClockEstimate | undefined
  /** By how much the line was ahead of what is known by `#sinceMs`, ms; it is worked off from there. */
  #aheadMs = 0
  #sinceMs = 0
  /** Of the output, as the line has it by `#leadAtMs`; NaN: there is no line yet. */
  #leadMs = Number.NaN
  #leadAtMs = Number.NaN

  /** Group and clock are known. */
  get ready(): boolean {
    return this.#anchor !== undefined && this.#clock !== undefined
  }

  /** Of the group's source, against the server clock; NaN while it is not known. */
  get sourceRateHz(): number {
    return this.#anchor?.rateHz ?? Number.NaN
  }

  /** Another axis, or no group: nothing is known of the line. The clock is still the clock. */
  forget(): void {
    this.#anchor = undefined
    this.#delay = undefined
    this.#delayBefore = undefined
    this.#aheadMs = 0
    this.#leadMs = Number.NaN
  }

  /**
   * What the server says from `nowMs` on, with a `clock` that may be another. `atOnce`: nobody hears the line, so it need not
   * be moved slowly.
   */
  follow(
    anchor: CaptureAnchor,
    delay: DelaySchedule,
    nowMs: number,
    atOnce = false,
    clock = this.#clock,
  ): void {
    if (clock !== undefined && clock !== this.#clock) this.setClock(clock, nowMs, atOnce)
    const known = this.#delay
    this.#anchor = anchor
    if (known && isSame(known, delay)) return
    const serverUs = this.#clock ? serverUsAt(this.#clock, nowMs) : Number.POSITIVE_INFINITY
    // A move is announced while the one before may still be going on.
    if (known && !(serverUs < known.atUs)) this.#delayBefore = known
    if (!(serverUs < delay.atUs)) this.#delayBefore = undefined
    this.#delay = delay
  }

  /** A better idea of the server clock. */
  setClock(clock: ClockEstimate, nowMs: number, atOnce = false): void {
    const before = this.#positionAt(nowMs)
    const aheadMs = this.#aheadAt(nowMs)
    this.#clock = clock
    const rateHz = this.#anchor?.rateHz ?? Number.NaN
    const changedMs = ((before - this.#positionAt(nowMs)) * 1000) / rateHz + aheadMs
    // Not a number: there was no line before.
    this.#aheadMs = !atOnce && Math.abs(changedMs) <= AT_ONCE_MS ? changedMs : 0
    this.#sinceMs = nowMs
  }

  /**
   * Puts the line into `out`, all but its serial: what is to leave the worklet at `nowMs`, to be heard `leadMs` and, as
   * someone has set it, `trimMs` later. `atOnce`: a lead that has changed is not worn in. False, and `out` is as it was, while
   * it is not known. Does not allocate.
   */
  fill(out: RoomLine, nowMs: number, leadMs: number, trimMs = 0, atOnce = false): boolean {
    const anchor = this.#anchor
    const clock = this.#clock
    if (anchor === undefined || clock === undefined) return false
    const leadPpm = 1000 * this.#wearIn(leadMs, nowMs, atOnce)
    const serverUs = serverUsAt(clock, nowMs + this.#leadMs + trimMs)
    const delay = this.#delayAt(serverUs)
    if (delay === undefined) return false
    const delayPpm = -1000 * delaySlewMsPerS(delay, serverUs)
    const slewPpm = delayPpm + leadPpm
    out.ms = nowMs
    out.position = roomPositionAt(anchor, delay, serverUs) + (this.#aheadAt(nowMs) * anchor.rateHz) / 1000
    out.rateHz = anchor.rateHz * (1 + clock.drift) * (1 + slewPpm * 1e-6)
    out.slewPpm = slewPpm + (anchor.slewPpm ?? 0)
    return true
  }

  /** Brings the line's lead nearer to what it is; by how much it moves from here on, ms/s. */
  #wearIn(leadMs: number, nowMs: number, atOnce: boolean): number {
    const offMs = leadMs - this.#leadMs
    const most = (Math.max(0, nowMs - this.#leadAtMs) / 1000) * LEAD_MS_PER_S
    this.#leadAtMs = nowMs
    if (atOnce || !(Math.abs(offMs) <= AT_ONCE_MS) || Math.abs(offMs) <= most) {
      this.#leadMs = leadMs
      return 0
    }
    this.#leadMs += Math.sign(offMs) * most
    return Math.sign(offMs) * LEAD_MS_PER_S
  }

  #aheadAt(nowMs: number): number {
    const doneMs = (Math.max(0, nowMs - this.#sinceMs) / 1000) * FOLLOW_MS_PER_S
    return Math.sign(this.#aheadMs) * Math.max(0, Math.abs(this.#aheadMs) - doneMs)
  }

  /** By the newest that is known; NaN while it is not enough. */
  #positionAt(nowMs: number): number {
    if (this.#anchor === undefined || this.#clock === undefined) return Number.NaN
    const serverUs = serverUsAt(this.#clock, nowMs)
    const delay = this.#delayAt(serverUs)
    return delay ? roomPositionAt(this.#anchor, delay, serverUs) : Number.NaN
  }

  #delayAt(serverUs: number): DelaySchedule | undefined {
    const before = this.#delayBefore
    return before && this.#delay && serverUs < this.#delay.atUs ? before : this.#delay
  }
}

function serverUsAt({ offsetMs, drift, atMs }: ClockEstimate, localMs: number): number {
  return (localMs + offsetMs + drift * (localMs - atMs)) * 1000
}

function isSame(a: DelaySchedule, b: DelaySchedule): boolean {
  return a.fromMs === b.fromMs && a.toMs === b.toMs && a.atUs === b.atUs
}
