import type { DelaySchedule } from '../../shared/room/delay-schedule.ts'
import { roomPositionAt } from '../../shared/room/room-axis.ts'
import type { Segment } from '../../shared/room/segments.ts'
import type { SyncReport } from '../../shared/wire/room-schema.ts'
import type { Listener } from '../streaming/listener.ts'
import { LIVE_ROUTE, type Route } from '../streaming/route.ts'
import { type DelayChange, GroupDelay, type GroupDelayOptions } from './room/group-delay.ts'
import { type Held, LowWatch } from './room/low-watch.ts'
import { type MemberChange, Members, type MembersOptions } from './room/members.ts'
import { type Plan, type Stage, Timeline } from './room/timeline.ts'

export type GroupMode = 'together' | 'steady'

/** Nobody has said yet what they need: enough for most, so that the first may play until it is known. */
const FIRST_GUESS_MS = 100
/** What is not left of a listener's patience: for the way it takes to come back, and a decoder that starts. */
const IMPATIENCE_MS = 500
/** Reports speak of the second before them, and come a little later. */
const BEGUN_S = 2

export interface GroupOptions {
  mode: GroupMode
  delay: GroupDelayOptions
  members: MembersOptions
}

/** What is known of the source, the same for all groups. */
export type Scene = Omit<Stage, 'schedule'>

export interface GroupStep {
  delay: DelayChange | undefined
  members: MemberChange[]
}

/** Those who listen in one mode: what they hear when, how late, and how each of them does. */
export class Group {
  readonly mode: GroupMode
  readonly delay: GroupDelay
  readonly timeline = new Timeline()
  readonly low: LowWatch
  readonly #members: Members
  /** With the last report of each. */
  readonly #present = new Map<Listener, { report: SyncReport | undefined; heardUs: number }>()
  #fixedMs: number | undefined
  #started = false
  #route: Route = LIVE_ROUTE

  constructor({ mode, delay, members }: GroupOptions) {
    this.mode = mode
    this.delay = new GroupDelay(delay)
    this.#members = new Members(members)
    this.low = new LowWatch(members.slowTimeoutMs)
    this.#fixedMs = delay.fixedDelayMs
    this.reroute()
  }

  get size(): number {
    return this.#present.size
  }

  get listeners(): Iterable<Listener> {
    return this.#present.keys()
  }

  /** Not bound to what its members need; ms. */
  get fixedMs(): number | undefined {
    return this.#fixedMs
  }

  get worstDriftMs(): number {
    return this.#members.worstDriftMs
  }

  get schedule(): Readonly<DelaySchedule> {
    if (this.#started || this.#fixedMs !== undefined) return this.delay.schedule
    return { fromMs: FIRST_GUESS_MS, toMs: FIRST_GUESS_MS, atUs: 0 }
  }

  count(status: Parameters<Members['count']>[0]): number {
    return this.#members.count(status)
  }

  state(listener: Listener) {
    return this.#members.state(listener.id) ?? { status: 'active' as const, reason: '' }
  }

  /** The last that came since it is in this group. */
  reportOf(listener: Listener): Readonly<SyncReport> | undefined {
    return this.#present.get(listener)?.report
  }

  /** From now on this delay; undefined: what the slowest needs. */
  fix(delayMs: number | undefined): void {
    this.#fixedMs = delayMs
    this.delay.fix(delayMs)
  }

  /** A stream begins. Returns a sentence if the room was not live. */
  begin(streamId: number, rateHz: number, nowUs: number): string | undefined {
    const sentence = this.timeline.begin(streamId, rateHz, nowUs)
    this.low.begin(nowUs)
    this.reroute()
    return sentence
  }

  /** From here on it is sent what this group hears. */
  join(listener: Listener, nowUs: number): void {
    this.#present.set(listener, { report: undefined, heardUs: nowUs })
    this.#members.join(listener.id, nowUs)
    this.reroute()
    listener.route = this.#route
    this.#setPatience(listener)
  }

  leave(listener: Listener): void {
    if (!this.#present.delete(listener)) return
    this.#members.leave(listener.id)
    this.delay.leave(listener.id)
    this.low.leave(listener.id)
    if (this.size === 0) this.#started = false
    listener.route = LIVE_ROUTE
    listener.patienceMs = 0
  }

  report(listener: Listener, report: SyncReport, nowUs: number): void {
    const seat = this.#present.get(listener)
    if (seat === undefined) return
    Object.assign(seat, { report, heardUs: nowUs })
    this.#members.report(listener.id, report, nowUs)
    this.delay.report(listener.id, report, nowUs)
    this.#setPatience(listener)
  }

  /** A few times a second. */
  step(scene: Scene): GroupStep {
    const { nowUs } = scene
    const frozen = this.timeline.frozen(this.stage(scene))
    const decides = this.size > 0 || this.#fixedMs !== undefined
    const delay = decides ? this.delay.step(nowUs, frozen) : undefined
    if (delay !== undefined) this.#started = true
    if (delay?.atOnce) this.low.refill(nowUs)
    if (this.#isBeforeStream(scene)) this.#members.pardon()
    const members = this.#members.step(nowUs, this.schedule, (id) => this.delay.wouldObey(id))
    for (const { id } of this.#present.keys()) this.delay.setAside(id, !this.#members.counts(id))
    this.tend(scene, delay?.atOnce)
    return { delay, members }
  }

  /** Does what was planned for this group at this very moment. */
  apply(plan: Plan): void {
    this.timeline.apply(plan)
    this.reroute()
  }

  /** Keeps what is announced at its time. `anew`: the axis has jumped. */
  tend(scene: Scene, anew = false): void {
    this.timeline.tend(this.stage(scene), anew)
    this.reroute()
  }

  /** The timeline has changed, or the delay: everybody is sent what is on it now. */
  reroute(): void {
    const { segments } = this.timeline
    const delayMs = this.schedule.toMs
    const same = areSame(segments, this.#route.segments)
    if (same && delayMs === this.#route.delayMs) return
    this.#route = { segments: same ? this.#route.segments : segments, delayMs }
    for (const listener of this.#present.keys()) {
      listener.route = this.#route
      this.#setPatience(listener)
    }
  }

  stage(scene: Scene): Stage {
    return { ...scene, schedule: this.schedule }
  }

  /** Whoever is waited for. */
  get held(): Held[] {
    const held: Held[] = []
    for (const [listener, { report, heardUs }] of this.#present) {
      const { status } = this.state(listener)
      if (report === undefined || status === 'degraded' || status === 'timeout') continue
      held.push({ id: listener.id, heldMs: report.heldMs, heardUs })
    }
    return held
  }

  /** The delay is longer than the stream is old: everybody waits for its beginning, or has just heard that. */
  #isBeforeStream({ nowUs, anchor }: Scene): boolean {
    return anchor !== undefined && roomPositionAt(anchor, this.schedule, nowUs) < BEGUN_S * anchor.rateHz
  }

  /** Only who holds seconds can wait for what is late. */
  #setPatience(listener: Listener): void {
    if (this.mode !== 'steady') return
    const needMs = this.#present.get(listener)?.report?.needMs ?? 0
    listener.patienceMs = Math.max(0, this.schedule.toMs - needMs - IMPATIENCE_MS)
  }
}

function areSame(a: readonly Segment[], b: readonly Segment[]): boolean {
  if (a.length !== b.length) return false
  return a.every(({ from, shift, muted }, i) => {
    const other = b[i] as Segment
    return from === other.from && shift === other.shift && muted === other.muted
  })
}
