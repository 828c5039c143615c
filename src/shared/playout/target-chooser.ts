// Target decision: from what the last callbacks would have needed to the delay aimed at. Thread: audio; pure, time
// comes in; allocates only when built.
import { NeedHistogram } from './need-histogram.ts'
import { PROFILE_FIGURES, type Profile, type ProfileFigures } from './profile.ts'

/** Where it starts, above the device's burst, until it knows better and unless it is told. */
const START_MS = 6
/** On top of what the histogram says: what the rate loop wanders by, and lateness never seen before. */
const GUARD_MS = 0.5
const GUARD_SHARE = 0.02
/** … and more of it while little has been seen: this over the root of the half-seconds so far. */
const YOUNG_GUARD_MS = 8
/** Outside a gap the target moves by rate, ms per second: what is left to move in about the second figure, seconds. */
const RAISE_YOUNG = { least: 0.05, most: 0.8, inS: 6 }
const RAISE = { ...RAISE_YOUNG, inS: 40 }
const LOWER = { least: 0.05, most: 0.12, inS: 60 }
/** … and faster when it is so much too large, ms. */
const FAR_MS = 20
const LOWER_FAR = { ...LOWER, most: 0.5 }
/** While so few half-seconds have been seen it is quick to learn. */
const YOUNG_WINDOWS = 60
/** It comes down only to what no window of the last 10 s has asked for, and not for less than this. */
const DWELL_WINDOWS = 20
const HYSTERESIS_MS = 1
const HYSTERESIS_SHARE = 0.05

export class TargetChooser {
  /** What another output needed above its burst on this network just now, ms: where to start, if above 0. */
  startHeadroomMs = Number.NaN
  #figures: ProfileFigures = PROFILE_FIGURES.balanced
  readonly #histogram = new NeedHistogram(PROFILE_FIGURES.balanced.forget)
  readonly #wanted = new Float64Array(DWELL_WINDOWS)
  #next = 0
  #wantedMs = 0
  #dwellMs = 0
  #lowering = false
  #targetMs = Number.NaN
  #slewMsPerS = 0
  /** While audio is being waited for: what the target was before. */
  #beforeGapMs = Number.NaN

  set profile(profile: Profile) {
    this.#figures = PROFILE_FIGURES[profile]
    this.#histogram.forget = this.#figures.forget
  }

  /** The delay to aim at, ms. NaN before the first step. */
  get targetMs(): number {
    return this.#targetMs
  }

  /** How fast it is being moved just now, ms per second: the rate loop is told, so that it has nothing to correct. */
  get slewMsPerS(): number {
    return this.#slewMsPerS
  }

  /**
   * Once per device callback. `needMs`: the delay that would have been enough for the callback before, NaN when that
   * is not known. `burstMs`: the floor. `freeMs`: above 0 while audio is being waited for; by so much the target may be
   * raised at once, at no loss.
   */
  step(needMs: number, burstMs: number, nowMs: number, dtS: number, freeMs: number): void {
    if (Number.isNaN(this.#targetMs)) this.#start(burstMs)
    if (!Number.isNaN(needMs) && this.#histogram.add(needMs, nowMs)) this.#decide(burstMs)
    const before = this.#targetMs
    this.#slewMsPerS = 0
    if (freeMs > 0) {
      this.#stepInGap(burstMs, freeMs)
      return
    }
    this.#beforeGapMs = Number.NaN
    const wantedMs = Math.max(burstMs, this.#wantedMs)
    if (wantedMs > before) {
      this.#lowering = false
      this.#slew(wantedMs - before, this.#histogram.windows < YOUNG_WINDOWS ? RAISE_YOUNG : RAISE, dtS)
      return
    }
    const floorMs = Math.max(burstMs, this.#dwellMs)
    if (floorMs >= before) this.#lowering = false
    else if (floorMs < before - HYSTERESIS_MS - HYSTERESIS_SHARE * (before - burstMs)) this.#lowering = true
    if (this.#lowering) this.#slew(floorMs - before, before - floorMs > FAR_MS ? LOWER_FAR : LOWER, dtS)
  }

  /** The open gap counts for what it is so far; when it turns out longer than any target would have helped, all is as it was. */
  #stepInGap(burstMs: number, freeMs: number): void {
    if (Number.isNaN(this.#beforeGapMs)) this.#beforeGapMs = this.#targetMs
    const wantedMs = Math.max(burstMs, this.#wantedMs, this.#best(true, burstMs))
    this.#targetMs = Math.max(this.#beforeGapMs, Math.min(wantedMs, this.#targetMs + freeMs))
    this.#lowering = false
  }

  #slew(leftMs: number, pace: typeof RAISE, dtS: number): void {
    if (dtS <= 0) return
    const speed = Math.min(pace.most, Math.max(pace.least, Math.abs(leftMs) / pace.inS))
    const moveMs = Math.min(Math.abs(leftMs), speed * dtS) * Math.sign(leftMs)
    this.#targetMs += moveMs
    this.#slewMsPerS = moveMs / dtS
  }

  #start(burstMs: number): void {
    this.#targetMs = burstMs + (this.startHeadroomMs > 0 ? this.startHeadroomMs : START_MS)
    this.#wantedMs = this.#targetMs
    this.#dwellMs = this.#targetMs
    this.#wanted.fill(this.#targetMs)
  }

  #decide(burstMs: number): void {
    this.#wantedMs = this.#best(false, burstMs)
    this.#wanted[this.#next] = this.#wantedMs
    this.#next = (this.#next + 1) % DWELL_WINDOWS
    this.#dwellMs = 0
    for (let i = 0; i < DWELL_WINDOWS; i++) this.#dwellMs = Math.max(this.#dwellMs, this.#wanted[i] as number)
  }

  #best(open: boolean, burstMs: number): number {
    const { costMs, maxMs } = this.#figures
    const bestMs = this.#histogram.best(costMs, burstMs + maxMs, open)
    const young = YOUNG_GUARD_MS / Math.sqrt(this.#histogram.windows + 1)
    return bestMs + GUARD_MS + young + GUARD_SHARE * Math.max(0, bestMs - burstMs)
  }
}
