// How every member of a group does, and a sentence for a person about it. Pure: reports and time come in.
import { type DelaySchedule, delayMsAt } from '../../../shared/room/delay-schedule.ts'
import type { SyncStatus } from '../../../shared/wire/room-messages.ts'
import type { SyncReport } from '../../../shared/wire/room-schema.ts'
import { MissingWindow } from './missing-window.ts'

export interface MembersOptions {
  /** Further off than this is slow. */
  toleranceMs: number
  /** Further off than this is told every time, whatever the status. */
  resyncMs: number
  /** Who says nothing for so long … */
  timeoutMs?: number
  /** Who is slow for so long is set aside. */
  slowTimeoutMs?: number
}

export type MemberReport = Pick<SyncReport, 'needMs' | 'driftMs' | 'locked' | 'missing'>

export interface MemberState {
  status: SyncStatus
  /** Empty when active. */
  reason: string
}

/** For drift_feedback. */
export interface MemberChange extends MemberState {
  id: number
  driftMs: number
}

/** Missing, of so long. */
const MISSING_US = 10e6
const TOO_MUCH_MISSING = 0.05
const LITTLE_MISSING = 0.01
/** What a page says it needs has room in it: who misses nothing with so much less than that keeps up, ms. */
const BEARABLE_MS = 20
/** Nothing to complain of for so long, and it is not slow any more … */
const WELL_US = 2e6
/** … or is taken back. */
const READMIT_US = 10e6

interface Member {
  heardUs: number
  needMs: number
  driftMs: number
  locked: boolean
  missing: MissingWindow
  /** Set aside. */
  aside: boolean
  /** Nothing is wrong with it any more but that the room does not give yet what it needs: it is waited for, muted. */
  returning: boolean
  /** NaN: it is not. */
  slowUs: number
  /** Since when there is nothing to complain of; NaN: there is. */
  wellUs: number
  told: SyncStatus
  isFar: boolean
  /** What was complained of last. */
  complaint: string
}

export class Members {
  readonly #toleranceMs: number
  readonly #resyncMs: number
  readonly #timeoutUs: number
  readonly #slowTimeoutUs: number
  readonly #members = new Map<number, Member>()

  constructor({ toleranceMs, resyncMs, timeoutMs = 5000, slowTimeoutMs = 30_000 }: MembersOptions) {
    this.#toleranceMs = toleranceMs
    this.#resyncMs = resyncMs
    this.#timeoutUs = timeoutMs * 1000
    this.#slowTimeoutUs = slowTimeoutMs * 1000
  }

  join(id: number, nowUs: number): void {
    this.#members.set(id, {
      heardUs: nowUs,
      needMs: 0,
      driftMs: 0,
      locked: false,
      missing: new MissingWindow(MISSING_US),
      aside: false,
      returning: false,
      slowUs: Number.NaN,
      wellUs: Number.NaN,
      told: 'active',
      isFar: false,
      complaint: '',
    })
  }

  leave(id: number): void {
    this.#members.delete(id)
  }

  /** Of a member; others are ignored. */
  report(id: number, { needMs, driftMs, locked, missing }: MemberReport, nowUs: number): void {
    const member = this.#members.get(id)
    if (member === undefined) return
    Object.assign(member, { heardUs: nowUs, needMs, driftMs, locked })
    member.missing.add(nowUs, missing)
  }

  /** There was nothing to be heard: what they said of it is nobody's fault. */
  pardon(): void {
    for (const member of this.#members.values()) {
      Object.assign(member, { driftMs: 0, locked: false })
      member.missing.clear()
    }
  }

  /** Undefined: not a member. */
  state(id: number): MemberState | undefined {
    const member = this.#members.get(id)
    return member && stateOf(member)
  }

  /** Is it waited for? Not while it is set aside, whatever its status is called meanwhile. */
  counts(id: number): boolean {
    const member = this.#members.get(id)
    return member !== undefined && (!member.aside || member.returning)
  }

  count(status: SyncStatus): number {
    let count = 0
    for (const { told } of this.#members.values()) if (told === status) count++
    return count
  }

  /** Of those who play with the group and are not set aside. */
  get worstDriftMs(): number {
    let worst = 0
    for (const { driftMs, locked, told } of this.#members.values())
      if (locked && (told === 'active' || told === 'slow')) worst = Math.max(worst, Math.abs(driftMs))
    return worst
  }

  /**
   * What has changed. Called a few times a second; `delay`: the group's, undefined before it has one. `wouldObey`: would the
   * room give the member what it needs, if that were waited for?
   */
  step(
    nowUs: number,
    delay: DelaySchedule | undefined,
    wouldObey: (id: number) => boolean = () => false,
  ): MemberChange[] {
    const changes: MemberChange[] = []
    for (const [id, member] of this.#members) {
      const wasFar = member.isFar
      const was = member.told
      this.#judge(member, nowUs, delay, member.aside && wouldObey(id))
      if (member.told !== was || (member.isFar && !wasFar))
        changes.push({ id, driftMs: member.driftMs, ...stateOf(member) })
    }
    return changes
  }

  #judge(member: Member, nowUs: number, delay: DelaySchedule | undefined, wouldObey: boolean): void {
    member.returning = false
    if (nowUs - member.heardUs > this.#timeoutUs) {
      Object.assign(member, { told: 'timeout', isFar: false, slowUs: Number.NaN, wellUs: Number.NaN })
      return
    }
    const gives = delay === undefined ? Number.POSITIVE_INFINITY : delayMsAt(delay, nowUs)
    const willGive = delay?.toMs ?? gives
    const keeps = Math.min(gives, willGive)
    const complaint = member.aside
      ? this.#againstTakingBack(member, wouldObey ? Number.POSITIVE_INFINITY : keeps, nowUs)
      : this.#against(member, gives, nowUs)
    if (complaint === '') {
      if (Number.isNaN(member.wellUs)) member.wellUs = nowUs
    } else {
      member.wellUs = Number.NaN
      member.complaint = complaint
    }
    member.isFar = member.locked && Math.abs(member.driftMs) > this.#resyncMs
    if (member.aside) {
      if (nowUs - member.wellUs >= READMIT_US) this.#takeBack(member, keeps, nowUs)
    } else if (nowUs - member.wellUs >= WELL_US) member.slowUs = Number.NaN
    else if (complaint !== '') {
      // While the room is on its way to what it needs, this is not its fault.
      const coming = member.needMs > gives && member.needMs <= willGive
      if (Number.isNaN(member.slowUs) || coming) member.slowUs = nowUs
      else if (nowUs - member.slowUs >= this.#slowTimeoutUs) member.aside = true
    }
    member.told = member.aside ? 'degraded' : Number.isNaN(member.slowUs) ? 'active' : 'slow'
  }

  #against(member: Member, gives: number, nowUs: number): string {
    if (lacks(member, gives, nowUs)) return needsMore(member.needMs, gives)
    return this.#outOfStep(member) || tooMuchMissing(member.missing.share(nowUs), TOO_MUCH_MISSING)
  }

  #outOfStep({ locked, driftMs }: Member): string {
    if (!locked || Math.abs(driftMs) <= this.#toleranceMs) return ''
    return `Your sound is ${Math.abs(driftMs).toFixed(1)} ms ${driftMs > 0 ? 'behind' : 'ahead of'} the room.`
  }

  /** Once the room gives what it needs. */
  #takeBack(member: Member, gives: number, nowUs: number): void {
    member.returning = lacks(member, gives, nowUs)
    if (member.returning) member.complaint = needsMore(member.needMs, gives)
    else Object.assign(member, { aside: false, slowUs: Number.NaN })
  }

  #againstTakingBack(member: Member, mostMs: number, nowUs: number): string {
    const { needMs, missing, complaint } = member
    if (needMs === 0) return complaint
    if (lacks(member, mostMs, nowUs)) return needsMore(needMs, mostMs)
    return this.#outOfStep(member) || tooMuchMissing(missing.share(nowUs), LITTLE_MISSING)
  }
}

/** It needs more than the room gives, and it is heard, or so much more that it must be. */
function lacks({ needMs, locked, missing }: Member, gives: number, nowUs: number): boolean {
  const manages = locked && missing.share(nowUs) <= LITTLE_MISSING
  return needMs > gives + (manages ? BEARABLE_MS : 0)
}

function stateOf({ told, complaint }: Member): MemberState {
  if (told === 'active') return { status: told, reason: '' }
  if (told === 'timeout') return { status: told, reason: 'Nothing has been heard from your page.' }
  const muted = told === 'degraded' ? ' You are muted until it can keep up.' : ''
  return { status: told, reason: complaint + muted }
}

function needsMore(needMs: number, givesMs: number): string {
  return `Your connection needs ${Math.ceil(needMs)} ms, the room plays at ${Math.floor(givesMs)} ms.`
}

function tooMuchMissing(share: number, bearable: number): string {
  return share > bearable ? `${Math.ceil(100 * share)} % of the sound did not arrive in time.` : ''
}
