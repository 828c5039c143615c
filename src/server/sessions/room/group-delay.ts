// The delay of a synchronised group: what its slowest healthy member needs, and a little more. Nobody who needs far
// more than the others is obeyed. Pure: reports and time come in, changes come out. One of these per group.
import { type DelaySchedule, delayMsAt, settledUs } from '../../../shared/room/delay-schedule.ts'
import { redirect } from './delay-move.ts'
import { MemberNeed, type NeedReport } from './member-need.ts'

export interface GroupDelayOptions {
  minMs: number
  maxMs: number
  /** Given instead of what members need. */
  fixedDelayMs?: number
  /** Beyond what the slowest needs. */
  marginMs?: number
  /** A change is announced so long ahead. */
  leadMs?: number
  /** Who says nothing for so long is not obeyed. */
  timeoutMs?: number
  /** A need up to here is nothing unusual, whatever the others need. */
  usualMs?: number
}

/** Whom the delay is for. */
export interface Slowest {
  id: number
  latencyMs: number
}

export interface DelayChange {
  schedule: DelaySchedule
  slowest: Slowest | null
  /** Not moved but set: the first member has come or knows better, or a setting is far from what was. The axis jumps. */
  atOnce: boolean
}

/** Not by less, and not sooner after another change, is the delay lowered … */
const LOWER_BY_MS = 5
const LOWER_AFTER_US = 60e6
/**
 * … but by as little as this once it has been too much for so long: who made it so is gone, or does not need it any more.
 * Whatever was needed meanwhile is then still below what is given, so it is not raised again for that.
 */
const LITTLE_MS = 2
const LITTLE_AFTER_US = 300e6
/** Unusual: so many times what three quarters of the members need, and so much more, for so long. */
const UNUSUAL_TIMES = 2
const UNUSUAL_BEYOND_MS = 20
const UNUSUAL_FOR_US = 10e6
/** The first reports of a group come before its outputs are measured: what is short by more than this then is not bent, but set. */
const YOUNG_US = 10e6
const YOUNG_BEYOND_MS = 5
/** A setting that is further away is not waited for: at 1,000 ppm this takes four minutes. */
const SET_BEYOND_MS = 250

interface Member {
  need: MemberNeed
  /** Since when it needs unusually much; NaN: it does not. */
  unusualUs: number
  aside: boolean
}

export class GroupDelay {
  readonly #minMs: number
  readonly #maxMs: number
  readonly #marginMs: number
  readonly #leadUs: number
  readonly #timeoutUs: number
  readonly #usualMs: number
  readonly #members = new Map<number, Member>()
  #schedule: DelaySchedule
  #slowest: Slowest | null = null
  #fixedMs: number | undefined
  #started = false
  /** There is nobody whom one that is set aside could hold up. */
  #allAside = false
  #startedUs = Number.NEGATIVE_INFINITY
  /** A setting was changed: go to what is right now, whatever it is. */
  #anew = false
  #changedUs = Number.NEGATIVE_INFINITY
  /** When the delay was last no more than LITTLE_MS above what is enough. */
  #fittedUs = Number.NEGATIVE_INFINITY

  constructor(options: GroupDelayOptions) {
    this.#minMs = options.minMs
    this.#maxMs = options.maxMs
    this.#marginMs = options.marginMs ?? 5
    this.#leadUs = (options.leadMs ?? 1000) * 1000
    this.#timeoutUs = (options.timeoutMs ?? 5000) * 1000
    this.#usualMs = options.usualMs ?? 100
    this.#fixedMs = options.fixedDelayMs
    const toMs = options.fixedDelayMs ?? options.minMs
    this.#schedule = { fromMs: toMs, toMs, atUs: 0 }
  }

  /** Also before there is anybody to need one. */
  get schedule(): Readonly<DelaySchedule> {
    return this.#schedule
  }

  /** Who needed most of those who are obeyed when the delay was last decided; null: nobody, it is a setting. */
  get slowest(): Slowest | null {
    return this.#slowest
  }

  /** From now on this delay, whatever is needed; undefined: what the slowest needs. */
  fix(delayMs: number | undefined): void {
    if (delayMs === this.#fixedMs) return
    this.#fixedMs = delayMs
    this.#anew = true
  }

  report(id: number, report: NeedReport, nowUs: number): void {
    let member = this.#members.get(id)
    if (member === undefined) {
      member = { need: new MemberNeed(), unusualUs: Number.NaN, aside: false }
      this.#members.set(id, member)
    }
    member.need.report(report, this.#schedule.toMs, nowUs)
  }

  /** Whether the member is one of those who can not keep up, and are not waited for. */
  setAside(id: number, aside: boolean): void {
    const member = this.#members.get(id)
    if (member !== undefined) member.aside = aside
  }

  /** When the last one leaves, the next that comes begins anew. */
  leave(id: number): void {
    if (!this.#members.delete(id) || this.#members.size > 0) return
    if (this.#fixedMs === undefined) this.#started = false
  }

  /** Whether the member needs so much more than the others that it is not waited for. */
  isOutlier(id: number, nowUs: number): boolean {
    const member = this.#members.get(id)
    return member !== undefined && this.#isOutlier(member, nowUs)
  }

  /** Would the delay be for what the member needs, if it were not set aside? Not where it is a setting. */
  wouldObey(id: number): boolean {
    const member = this.#members.get(id)
    if (member === undefined || this.#fixedMs !== undefined) return false
    return member.need.ms <= this.#maxMs && Number.isNaN(member.unusualUs)
  }

  /** What is to change, if anything. Called a few times a second. `frozen`: something is about to happen at a given time. */
  step(nowUs: number, frozen = false): DelayChange | undefined {
    if (this.#fixedMs === undefined) this.#judge(nowUs)
    this.#allAside = this.#areAllAside(nowUs)
    if (!this.#started) return this.#start(nowUs)
    if (frozen) return undefined
    if (this.#anew) return this.#set(nowUs)
    if (this.#fixedMs !== undefined) return this.#goTo(this.#fixedMs, null, nowUs)
    return this.#raise(nowUs) ?? this.#lower(nowUs)
  }

  #start(nowUs: number): DelayChange | undefined {
    const slowest = this.#neediest(nowUs)
    if (this.#fixedMs === undefined && slowest === null) return undefined
    this.#started = true
    this.#startedUs = nowUs
    this.#anew = false
    return this.#jump(this.#fixedMs ?? this.#enough(slowest), slowest, nowUs)
  }

  #set(nowUs: number): DelayChange | undefined {
    const slowest = this.#neediest(nowUs)
    if (this.#fixedMs === undefined && slowest === null) {
      this.#started = false
      return undefined
    }
    const toMs = this.#fixedMs ?? this.#enough(slowest)
    if (Math.abs(toMs - this.#schedule.toMs) > SET_BEYOND_MS) {
      this.#anew = false
      return this.#jump(toMs, slowest, nowUs)
    }
    const change = this.#goTo(toMs, slowest, nowUs)
    if (this.#schedule.toMs === toMs) this.#anew = false
    return change
  }

  /** Whom a delay that begins now is for; somebody who is not obeyed, if there is nobody else. */
  #neediest(nowUs: number): Slowest | null {
    if (this.#fixedMs !== undefined) return null
    return this.#most(nowUs, (need) => need.ms) ?? this.#most(nowUs, (need) => need.ms, true)
  }

  #raise(nowUs: number): DelayChange | undefined {
    let wanting = false
    for (const member of this.#members.values())
      wanting ||= member.need.wanting && this.#counts(member, nowUs) && Number.isNaN(member.unusualUs)
    if (!wanting) return undefined
    const slowest = this.#most(nowUs, (need, { unusualUs }) =>
      Number.isNaN(unusualUs) ? need.sureMs : Number.NaN,
    )
    const toMs = this.#enough(slowest)
    if (toMs <= this.#schedule.toMs) return undefined
    const isYoung = nowUs - this.#startedUs < YOUNG_US
    if (isYoung && toMs > delayMsAt(this.#schedule, nowUs) + YOUNG_BEYOND_MS)
      return this.#jump(toMs, slowest, nowUs)
    return this.#goTo(toMs, slowest, nowUs)
  }

  #lower(nowUs: number): DelayChange | undefined {
    const slowest = this.#most(nowUs, (need) => need.mostMs)
    const toMs = this.#enough(slowest)
    const beyondMs = slowest === null ? 0 : this.#schedule.toMs - toMs
    if (beyondMs < LITTLE_MS) this.#fittedUs = nowUs
    if (nowUs - this.#changedUs < LOWER_AFTER_US || nowUs < settledUs(this.#schedule)) return undefined
    const leastMs = nowUs - this.#fittedUs < LITTLE_AFTER_US ? LOWER_BY_MS : LITTLE_MS
    return beyondMs >= leastMs ? this.#goTo(toMs, slowest, nowUs) : undefined
  }

  #enough(slowest: Slowest | null): number {
    const needMs = slowest?.latencyMs ?? 0
    return Math.max(this.#minMs, Math.min(this.#maxMs, needMs + this.#marginMs))
  }

  #goTo(toMs: number, slowest: Slowest | null, nowUs: number): DelayChange | undefined {
    if (toMs === this.#schedule.toMs) return undefined
    const schedule = redirect(this.#schedule, toMs, nowUs, this.#leadUs)
    return schedule && this.#change({ schedule, slowest, atOnce: false }, nowUs)
  }

  #jump(toMs: number, slowest: Slowest | null, nowUs: number): DelayChange {
    return this.#change({ schedule: { fromMs: toMs, toMs, atUs: nowUs }, slowest, atOnce: true }, nowUs)
  }

  #change(change: DelayChange, nowUs: number): DelayChange {
    this.#schedule = change.schedule
    this.#slowest = change.slowest
    this.#changedUs = nowUs
    this.#fittedUs = nowUs
    return change
  }

  /** Who needs most of those who are obeyed; `anybody`: of those who are here. */
  #most(nowUs: number, of: (need: MemberNeed, member: Member) => number, anybody = false): Slowest | null {
    let most: Slowest | null = null
    for (const [id, member] of this.#members) {
      if (!anybody && !this.#counts(member, nowUs)) continue
      const latencyMs = of(member.need, member)
      if (latencyMs > (most?.latencyMs ?? 0)) most = { id, latencyMs }
    }
    return most
  }

  #counts(member: Member, nowUs: number): boolean {
    const isAside = member.aside && !this.#allAside
    return this.#speaks(member, nowUs) && !isAside && !this.#isOutlier(member, nowUs)
  }

  /** Who says nothing at the moment is still somebody. */
  #areAllAside(nowUs: number): boolean {
    for (const member of this.#members.values())
      if (!member.aside && !this.#isOutlier(member, nowUs)) return false
    return true
  }

  #speaks({ need }: Member, nowUs: number): boolean {
    return nowUs - need.heardUs <= this.#timeoutUs && !Number.isNaN(need.ms)
  }

  #isOutlier({ need, unusualUs }: Member, nowUs: number): boolean {
    return need.ms > this.#maxMs || nowUs - unusualUs > UNUSUAL_FOR_US
  }

  #judge(nowUs: number): void {
    const needs: number[] = []
    for (const member of this.#members.values()) if (this.#speaks(member, nowUs)) needs.push(member.need.ms)
    needs.sort((a, b) => a - b)
    const quarterMs = needs[Math.ceil(0.75 * needs.length) - 1] ?? 0
    const lineMs = Math.max(UNUSUAL_TIMES * quarterMs, quarterMs + UNUSUAL_BEYOND_MS, this.#usualMs)
    for (const member of this.#members.values()) {
      if (!(member.need.ms > lineMs)) member.unusualUs = Number.NaN
      else if (Number.isNaN(member.unusualUs)) member.unusualUs = nowUs
    }
  }
}
