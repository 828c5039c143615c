// Target decision: from what the last callbacks would have needed to the delay aimed at. Thread: audio; pure, time
// comes in; allocates only when built.
import type { Moment } from './moment.ts'
import { NeedHistogram, WINDOW_MS } from './need-histogram.ts'
import { PROFILE_FIGURES, type Profile, type ProfileFigures } from './profile.ts'

/** Where it starts, above the device's burst, until it knows better and unless it is told. */
const START_MS = 6
/** On top of what the histogram says, beside the profile's share: what the rate loop wanders by. */
const GUARD_MS = 0.5
/** … and more of it while little has been seen: this over the root of the half-seconds so far. */
const YOUNG_GUARD_MS = 8
/** Outside a gap the target moves by rate, ms per second: what is left to move in about the second figure, seconds. */
const RAISE_YOUNG = { least: 0.05, most: 0.8, inS: 6 }
const RAISE = { ...RAISE_YOUNG, inS: 40 }
/** Down it takes as long as the profile remembers: what comes back sooner is met, and no pitch is bent twice for it. */
const LOWER = { least: 0.05, most: 0.5 }
/** While so few half-seconds have been seen it is quick to learn. */
const YOUNG_WINDOWS = 60
/** It comes down only to what no window of the last 10 s has asked for, and not for less than this. */
const DWELL_WINDOWS = 20
const HYSTERESIS_MS = 1

export class TargetChooser {
  /** What another output needed above its burst on this network just now, ms: where to start, if above 0. */
  startHeadroomMs = Number.NaN
  #figures: ProfileFigures = PROFILE_FIGURES.balanced
  readonly #histogram = new NeedHistogram(PROFILE_FIGURES.balanced.forget)
  readonly #lower = { ...LOWER, inS: Number.NaN }
  readonly #wanted = new Float64Array(DWELL_WINDOWS)
  #next = 0
  #wantedMs = Number.NaN
  #bestMs = Number.NaN
  #dwellMs = Number.NaN
  #started = false
  #lowering = false
  /** Where the rate is taking it, ms. */
  #goalMs = Number.NaN
  #targetMs = Number.NaN
  /** While audio is being waited for: what the target was before. */
  #beforeGapMs = Number.NaN

  constructor() {
    this.profile = 'balanced'
  }

  set profile(profile: Profile) {
    this.#figures = PROFILE_FIGURES[profile]
    const { forget } = this.#figures
    this.#histogram.forget = forget
    this.#lower.inS = WINDOW_MS / 1000 / (1 - forget)
  }

  /**
   * Once per device callback: from its needMs, burstMs (the floor), nowMs, dtS and freeMs to its targetMs and slewMsPerS.
   * The rate loop is told of the slew, so that it has nothing to correct.
   */
  step(moment: Moment): void {
    if (!this.#started) this.#start(moment)
    // False for NaN; Number.isNaN may be a call.
    if (moment.needMs > Number.NEGATIVE_INFINITY && this.#histogram.add(moment)) this.#decide(moment)
    moment.slewMsPerS = 0
    if (moment.freeMs > 0) this.#stepInGap(moment)
    else this.#stepByRate(moment)
    moment.targetMs = this.#targetMs
  }

  #stepByRate(moment: Moment): void {
    const { burstMs } = moment
    const before = this.#targetMs
    this.#beforeGapMs = Number.NaN
    const wantedMs = Math.max(burstMs, this.#wantedMs)
    if (wantedMs > before) {
      this.#lowering = false
      this.#goalMs = wantedMs
      this.#slew(moment, this.#histogram.windows < YOUNG_WINDOWS ? RAISE_YOUNG : RAISE)
      return
    }
    const floorMs = Math.max(burstMs, this.#dwellMs)
    if (floorMs >= before) this.#lowering = false
    else if (floorMs < before - HYSTERESIS_MS) this.#lowering = true
    if (!this.#lowering) return
    this.#goalMs = floorMs
    this.#slew(moment, this.#lower)
  }

  /** The open gap counts for what it is so far; when it turns out longer than any target would have helped, that is given back. */
  #stepInGap(moment: Moment): void {
    const { burstMs, needMs, freeMs, roomPosition } = moment
    if (Number.isNaN(this.#beforeGapMs)) this.#beforeGapMs = this.#targetMs
    // In a group it can not be helped any more, and what is asked for is asked of everybody: it counts when it is over, and
    // what is then wanted is had at once in the next. One that comes early and alone took the others up by 75 ms.
    const inGroup = roomPosition > Number.NEGATIVE_INFINITY
    this.#choose(moment, !inGroup)
    this.#goalMs = burstMs
    // Who listens alone has what was wanted before at no loss in any gap. While little is known that is far too much, so in
    // a group only where it helps.
    if (!inGroup || this.#bestMs >= needMs) this.#goalMs = Math.max(burstMs, this.#wantedMs, this.#bestMs)
    this.#targetMs = Math.max(this.#beforeGapMs, Math.min(this.#goalMs, this.#targetMs + freeMs))
    this.#lowering = false
  }

  #slew(moment: Moment, pace: Readonly<typeof RAISE>): void {
    const { dtS } = moment
    if (dtS <= 0) return
    const leftMs = this.#goalMs - this.#targetMs
    const speed = Math.min(pace.most, Math.max(pace.least, Math.abs(leftMs) / pace.inS))
    const moveMs = Math.min(Math.abs(leftMs), speed * dtS) * Math.sign(leftMs)
    this.#targetMs += moveMs
    moment.slewMsPerS = moveMs / dtS
  }

  #start({ burstMs }: Moment): void {
    this.#started = true
    this.#targetMs = burstMs + (this.startHeadroomMs > 0 ? this.startHeadroomMs : START_MS)
    this.#wantedMs = this.#targetMs
    this.#dwellMs = this.#targetMs
    this.#wanted.fill(this.#targetMs)
  }

  #decide(moment: Moment): void {
    this.#choose(moment, false)
    this.#wantedMs = this.#bestMs
    this.#wanted[this.#next] = this.#wantedMs
    this.#next = (this.#next + 1) % DWELL_WINDOWS
    let dwellMs = 0
    for (let i = 0; i < DWELL_WINDOWS; i++) dwellMs = Math.max(dwellMs, this.#wanted[i] as number)
    this.#dwellMs = dwellMs
  }

  /** Puts what the histogram says, and the guard on top, into `#bestMs`. */
  #choose(moment: Moment, open: boolean): void {
    const histogram = this.#histogram
    histogram.choose(this.#figures, moment, open)
    const { bestMs } = histogram
    const young = YOUNG_GUARD_MS / Math.sqrt(histogram.windows + 1)
    this.#bestMs = bestMs + GUARD_MS + young + this.#figures.guardShare * Math.max(0, bestMs - moment.burstMs)
  }
}
