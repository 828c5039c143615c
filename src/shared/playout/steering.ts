// The decisions of one device callback: which delay to aim at, whether to jump, and how fast to play. Thread:
// audio; pure, time comes in; nothing but the constructor allocates.
import type { ControlBlock } from '../ring/control-block.ts'
import type { Moment } from './moment.ts'
import { NeedMeter } from './need-meter.ts'
import { PROFILES } from './profile.ts'
import { RateControl } from './rate-control.ts'
import { RoomFollow } from './room-follow.ts'
import { TargetChooser } from './target-chooser.ts'

/**
 * After the device itself has stood still, an error above this is jumped with a cross-fade instead of bent away: the
 * stop has been heard anyway, and at 3,000 ppm 50 ms would take 17 s.
 */
const STOOD_STILL_S = 0.006
/** Without that, only an error that can not be bent away in reasonable time is jumped. */
const FAR_S = 0.08
/** An error must last: a callback that is merely late is followed by one that is early, a clock that was set is found out. */
const FAR_CALLBACKS = 3
const FAR_LASTS_MS = 60
/** A device that is this much later than its rhythm has stood still; what that did shows within a second. */
const LATE_CALLBACK_MS = 8
const AFTERMATH_MS = 1000
/** Packets that are further behind the line than ordinary jitter takes them (2.9 ms at 44.1 kHz). */
const LATE_FRAMES = 128
/** … and at least this share of an error has to be missing at the end for the source to be what it is from. */
const LATE_SHARE = 0.5

/** In a group nothing is gone back for, so in a gap the own target may rise to what is wanted, however far: it is only reported. */
const ANY_MS = 1000
/** Below this a target raised in a gap is left to the rate. */
const REWIND_S = 0.001
/** After so long a gap is silent, and what was to be heard in it lost, whatever comes. */
const LOST_S = 0.1
/** In it the error is averaged over so many callbacks: one is late, and the next early. */
const WAIT_CALLBACKS = 16
/** So much less delay than the target, beyond what going back to the unplayed would mend, is a source that has paused. */
const PAUSED_S = 0.002

/**
 * bend: the rate does it. jump: go to playable − targetFrames, if the ring has it. rewind: audio is being waited for
 * and the target was moved, or its source paused: go back by `rewindFrames` (forth when negative), at no loss.
 */
export type Step = 'bend' | 'jump' | 'rewind'

export class Steering {
  readonly rate = new RateControl()
  readonly #control: ControlBlock
  readonly #chooser = new TargetChooser()
  readonly #room: RoomFollow
  readonly #needs: NeedMeter
  #serial = 0
  #rateHz = 0
  #profile = -1
  #seeded = false
  /** How long the audio of the callback before lasted, ms. */
  #burstMs = Number.NaN
  #lastMs = Number.NaN
  #stoodStillMs = Number.NEGATIVE_INFINITY
  #farSinceMs = Number.NaN
  #farCallbacks = 0
  /** In a long gap: callbacks since it was last put right, and their average error. */
  #waitCallbacks = 0
  #waitErrorS = Number.NaN
  #targetFrames = Number.NaN
  /** The target that was set by hand when it was chosen last; 0: none. */
  #fixedFrames = 0
  #rewindFrames = Number.NaN
  #isStuck = false
  /** What it waits for was before the stream: there is nothing to be in step with. */
  #isEarly = false

  constructor(control: ControlBlock) {
    this.#control = control
    this.#room = new RoomFollow(control, this.rate)
    this.#needs = new NeedMeter(control)
  }

  /** A stream of this rate is about to play; `serial`: the line's. */
  begin(rateHz: number, serial = 0): void {
    this.#rateHz = rateHz
    this.#serial = serial
    this.#needs.begin()
    this.rate.restart()
    this.jumped()
    if (!this.#seeded) this.rate.seed(this.#control.get('seedPpm'))
    this.#seeded = true
  }

  /** A callback went by without a decision: what it read says nothing about the one before. */
  passed(): void {
    this.#needs.interrupted()
  }

  /** The jump it asked for can not be made: what is to be heard there has not come. It plays on where it is. */
  stuck({ roomPosition }: Moment): void {
    this.#isStuck = true
    this.#isEarly = roomPosition < 0
  }

  /** Playing goes on at the target from a new place. */
  jumped(): void {
    this.#isStuck = false
    this.#isEarly = false
    this.rate.settle()
    this.#room.stayed()
    this.#farCallbacks = 0
    this.#needs.interrupted()
  }

  /** What it is to jump to has not come: it plays where it was, `errorS` of the moment from its target. */
  get isStuck(): boolean {
    return this.#isStuck
  }

  /** There is a room line to be in step with. */
  get isInRoom(): boolean {
    return this.#room.following && !this.#isEarly
  }

  /** After 'rewind': how far, stream frames. */
  get rewindFrames(): number {
    return this.#rewindFrames
  }

  /** How much later than its target it plays, averaged, seconds. */
  get errorS(): number {
    return this.rate.errorS + this.#room.awayS
  }

  /** The delay aimed at, in stream frames. */
  get targetFrames(): number {
    return this.#targetFrames
  }

  /** Chooses the target before anything plays. False while the device's burst is not known. */
  prepare(moment: Moment): boolean {
    if (moment.burstFrames === 0) return false
    const { slots, at } = this.#control
    this.#chooser.startHeadroomMs = slots[at.startHeadroomMs] as number
    moment.dtS = 0
    moment.needMs = Number.NaN
    moment.freeMs = 0
    this.#room.look(moment, this.#serial)
    this.#choose(moment)
    this.#lastMs = moment.nowMs
    return true
  }

  /** At the start of a callback. `missing`: the last frame read was not there. */
  step(moment: Moment, missing: boolean): Step {
    const rateHz = this.#rateHz
    const { nowMs, playable, position } = moment
    this.#isStuck = false
    this.#isEarly = false
    const dtS = Math.max(0, nowMs - this.#lastMs) / 1000
    moment.dtS = dtS
    if (dtS * 1000 > this.#burstMs + LATE_CALLBACK_MS) this.#stoodStillMs = nowMs
    this.#lastMs = nowMs
    const delay = playable - position
    this.#needs.look(moment, rateHz)
    // Audio is being waited for, or came after the callback that wanted it: what is not played yet can still be, by going
    // back to it, as far as the gap has come.
    const backFrames = missing && !this.#needs.turned ? moment.gapFrames : 0
    moment.freeMs =
      backFrames > 0 ? ((backFrames + Math.min(0, delay - this.#targetFrames)) / rateHz) * 1000 : 0
    this.#room.look(moment, this.#serial)
    if (this.#room.following) moment.freeMs = backFrames > 0 ? ANY_MS : 0
    const targetBefore = this.#targetFrames
    this.#choose(moment)

    const errorS = (delay - this.#targetFrames) / rateHz
    moment.errorS = errorS
    if (this.#room.joins(moment)) {
      this.rate.restart()
      return 'jump'
    }
    const isLost = backFrames > LOST_S * rateHz && !this.#room.following
    if (isLost && Math.abs(errorS) < FAR_S) return this.#waitAtTarget(moment, backFrames)
    this.#waitCallbacks = 0
    if (this.#far(moment)) return 'jump'
    if (this.#room.following) return this.#keepToRoom(moment, missing)
    // Bent away it would leave a hole in every callback for seconds; in a hole, what was heard last can be heard again.
    if (missing && -errorS * rateHz > backFrames + PAUSED_S * rateHz) {
      this.#rewindFrames = Math.round(-errorS * rateHz)
      this.jumped()
      return 'rewind'
    }
    // Forward only by what the target has just come down: everything else would lengthen the gap.
    const forth = Math.max(0, targetBefore - this.#targetFrames)
    const rewindFrames = Math.round(Math.min(Math.max(-errorS * rateHz, -forth), backFrames))
    if (rewindFrames > REWIND_S * rateHz || (backFrames > 0 && rewindFrames < 0)) {
      this.rate.shift(rewindFrames / rateHz)
      return this.#goBack(moment, rewindFrames)
    }
    this.#bend(moment, missing)
    return 'bend'
  }

  /**
   * In a long gap nothing is lost by going anywhere, forth too, so it plays on where the target is. By the error of a single
   * callback it would go back by the worst there was, and stay there.
   */
  #waitAtTarget(moment: Moment, backFrames: number): Step {
    // What the line turns out to be wrong by at the end is put right as after the device's own standing still.
    this.#stoodStillMs = moment.nowMs
    if (this.#waitCallbacks === 0) this.#waitErrorS = 0
    this.#waitErrorS += moment.errorS / WAIT_CALLBACKS
    if (++this.#waitCallbacks === WAIT_CALLBACKS) {
      this.#waitCallbacks = 0
      const rewindFrames = Math.round(Math.min(-this.#waitErrorS * this.#rateHz, backFrames))
      if (Math.abs(rewindFrames) > REWIND_S * this.#rateHz) {
        this.rate.settle()
        return this.#goBack(moment, rewindFrames)
      }
    }
    this.#bend(moment, true)
    return 'bend'
  }

  /** Inside a gap, by whole frames; the rate loop has been told. */
  #goBack(moment: Moment, frames: number): Step {
    this.#rewindFrames = frames
    this.#needs.wentBack(frames)
    this.#decided(moment)
    return 'rewind'
  }

  /** The others do not wait and are not waited for: whatever is missing, the position is the group's. */
  #keepToRoom(moment: Moment, missing: boolean): Step {
    if (!missing && this.#room.finishes(moment)) {
      this.#rewindFrames = Math.round(-this.rate.errorS * this.#rateHz)
      this.jumped()
      return 'rewind'
    }
    this.#room.slew(moment)
    this.#room.makeUp(moment)
    if (!missing && this.#room.isOff(moment)) this.rate.settle()
    // What is about to be jumped is nothing to learn from.
    this.#bend(moment, missing || this.#farCallbacks > 0)
    return 'bend'
  }

  #bend(moment: Moment, missing: boolean): void {
    this.rate.step(moment, missing)
    this.#decided(moment)
  }

  #decided(moment: Moment): void {
    moment.targetFrames = this.#targetFrames
    moment.smoothErrorS = this.errorS
    this.#needs.decided(moment, this.#rateHz)
  }

  #choose(moment: Moment): void {
    const { slots, at } = this.#control
    const perMs = this.#rateHz / 1000
    const profile = slots[at.profile] as number
    if (profile !== this.#profile) {
      this.#profile = profile
      this.#chooser.profile = PROFILES[profile] ?? 'balanced'
    }
    moment.burstMs = moment.burstFrames / perMs
    this.#burstMs = moment.burstMs
    this.#chooser.step(moment)
    const fixed = slots[at.fixedTargetFrames] as number
    const before = this.#targetFrames
    const following = this.#room.following
    this.rate.synchronised = following
    if (following) this.#targetFrames = moment.playable - moment.roomPosition
    else this.#targetFrames = fixed > 0 ? Math.max(fixed, moment.burstFrames) : moment.targetMs * perMs
    // What the chooser would move by is nothing to whoever plays at another target.
    if (fixed > 0) moment.slewMsPerS = 0
    const moved = fixed !== this.#fixedFrames || moment.slewMsPerS === 0
    this.#fixedFrames = fixed
    slots[at.needFrames] = moment.targetMs * perMs
    // Moved at once instead of by rate: the error this makes is known, and no news about the clocks.
    if (!following && moved && moment.dtS > 0 && this.#targetFrames !== before)
      this.rate.shift((before - this.#targetFrames) / this.#rateHz)
    slots[at.burstFrames] = moment.burstFrames
    slots[at.targetFrames] = this.#targetFrames
  }

  /** True once an error that is not to be bent away has lasted. */
  #far({ errorS, newest, playable, nowMs }: Moment): boolean {
    const farS = this.#room.following ? this.#room.jumpS : FAR_S
    const limitS = nowMs - this.#stoodStillMs < AFTERMATH_MS ? STOOD_STILL_S : farS
    // A source whose clock paused looks like too much delay until the line has noticed; that as much is not there yet says so.
    // Ordinary lateness, which is there all the time on some networks, explains no more than itself.
    const lateFrames = playable - newest
    const sourceIsLate =
      lateFrames > Math.max(LATE_FRAMES, LATE_SHARE * errorS * this.#rateHz) && !this.#room.following
    if (!(errorS < -limitS || (errorS > limitS && !sourceIsLate))) {
      this.#farCallbacks = 0
      return false
    }
    if (this.#farCallbacks++ === 0) this.#farSinceMs = nowMs
    return this.#farCallbacks >= FAR_CALLBACKS && nowMs - this.#farSinceMs >= FAR_LASTS_MS
  }
}
