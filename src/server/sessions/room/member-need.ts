// What delay one member of a group needs, as far as it is believed.
import { MinWindow } from '../../../shared/dsp/min-window.ts'
import type { SyncReport } from '../../../shared/wire/room-schema.ts'
import { MissingWindow } from './missing-window.ts'

export type NeedReport = Pick<SyncReport, 'needMs' | 'clockErrorMs' | 'missing' | 'locked'>

/** A need that rises by so much at once … */
const JUMP_MS = 50
/** … is believed after so many reports: a stall is in one or two. */
const JUMP_REPORTS = 3
/** Reports closer together than this count as one: those of a stall may come all at once. */
const APART_US = 500_000
/** More than the room gives, in so many reports. */
const WANTING_REPORTS = 2
/** So close to what the room gives is too much, ms. */
const CLOSE_MS = 1
/** What has been needed is remembered for so long. */
const MEMORY_US = 60e6
/** Whoever does not know the time any better knows no delay. */
const MAX_CLOCK_ERROR_MS = 500
/** So much missing over so long, in so many reports, though the delay should do … */
const MISSING = 0.01
const MISSING_US = 5e6
const MISSING_REPORTS = 3
/** … and more than the room gives is asked for: ms, so many times, not sooner after each other than this. */
const MORE_MS = 5
const MOST_MORE = 3
const MORE_PAUSE_US = 20e6
/** Nobody is believed about a delay while so much is missing: then delay is not what it wants for. */
const HOPELESS = 0.05
const HOPELESS_US = 10e6

export class MemberNeed {
  #believedMs = Number.NaN
  #previousMs = Number.NaN
  #heardUs = Number.NaN
  #countedUs = Number.NaN
  #jumps = 0
  #jumpLeastMs = 0
  #wanting = 0
  #moreMs = 0
  #mores = 0
  #moreUs = Number.NEGATIVE_INFINITY
  #shortUs = Number.NEGATIVE_INFINITY
  readonly #most = new MinWindow(MEMORY_US, 128)
  readonly #missing = new MissingWindow(MISSING_US)
  readonly #hopeless = new MissingWindow(HOPELESS_US)

  /** ms; NaN: not known. */
  get ms(): number {
    return this.#believedMs + this.#moreMs
  }

  /** The lesser of the last two, ms. */
  get sureMs(): number {
    return Math.min(this.#believedMs, this.#previousMs) + this.#moreMs
  }

  /** The most of the last minute, ms. */
  get mostMs(): number {
    return -this.#most.min
  }

  get heardUs(): number {
    return this.#heardUs
  }

  /** It needs more than the room gives, and has said so twice. */
  get wanting(): boolean {
    return this.#wanting >= WANTING_REPORTS
  }

  /** `delayMs`: what the room gives, or is about to. */
  report(report: NeedReport, delayMs: number, nowUs: number): void {
    this.#heardUs = nowUs
    const missing = report.locked ? report.missing : 0
    this.#missing.add(nowUs, missing)
    this.#hopeless.add(nowUs, missing)
    if (report.needMs === 0 || report.clockErrorMs > MAX_CLOCK_ERROR_MS) return
    if (nowUs - this.#countedUs < APART_US) return
    this.#countedUs = nowUs
    this.#believe(report.needMs)
    this.#askForMore(delayMs, nowUs)
    this.#most.add(nowUs, -this.ms)
    this.#wanting = this.ms > delayMs - CLOSE_MS ? this.#wanting + 1 : 0
  }

  #believe(needMs: number): void {
    const before = this.#believedMs
    if (needMs > before + JUMP_MS) {
      this.#jumpLeastMs = this.#jumps === 0 ? needMs : Math.min(this.#jumpLeastMs, needMs)
      this.#jumps++
      if (this.#jumps < JUMP_REPORTS) return
      this.#previousMs = this.#jumpLeastMs
      this.#believedMs = this.#jumpLeastMs
      this.#wanting = JUMP_REPORTS
    } else {
      this.#previousMs = Number.isNaN(before) ? needMs : before
      this.#believedMs = needMs
    }
    this.#jumps = 0
  }

  /** Sound is missing though the room gives what this member said it needs: then it needs more than it knows. */
  #askForMore(delayMs: number, nowUs: number): void {
    const isShort =
      this.#missing.share(nowUs) > MISSING &&
      this.#missing.reportsAbove(MISSING, nowUs) >= MISSING_REPORTS &&
      this.#hopeless.share(nowUs) <= HOPELESS
    if (isShort) this.#shortUs = nowUs
    if (nowUs - this.#shortUs > MEMORY_US) {
      this.#moreMs = 0
      this.#mores = 0
    }
    if (!isShort || this.ms > delayMs - CLOSE_MS) return
    if (this.#mores === MOST_MORE || nowUs - this.#moreUs < MORE_PAUSE_US) return
    this.#mores++
    this.#moreUs = nowUs
    this.#moreMs = delayMs - this.#believedMs + MORE_MS
    this.#previousMs = this.#believedMs
    // Three reports have said it.
    this.#wanting = WANTING_REPORTS
  }
}
