// A session's groups, and all that its members wish and are told of them. Time is the server clock; the session calls `tick`.
import type { DriftFeedback, Role } from '../../shared/wire/room-messages.ts'
import type { Mode } from '../../shared/wire/room-names.ts'
import type { SetRoom, SyncReport, Transport } from '../../shared/wire/room-schema.ts'
import { EXPIRED_MS } from '../streaming/limits.ts'
import type { Listener } from '../streaming/listener.ts'
import { Audience, type Member } from './audience.ts'
import { type Announced, Conductor } from './conductor.ts'
import type { Group, Scene } from './group.ts'
import { makeGroups, seekableMs } from './groups.ts'
import { may } from './roles.ts'
import type { Worst } from './room/cadence.ts'
import type { MemberChange } from './room/members.ts'
import { syncCommand } from './room/sync-command.ts'
import type { RoomSettings } from './room-settings.ts'
import { type Memory, SourceLine } from './source-line.ts'
import { type RoomFacts, syncState } from './sync-state.ts'

/** While a group has members, the room is looked after so often, ms … */
export const ROOM_TICK_MS = 20
/** … and its delay, its members and what is announced so often, µs. */
const STEP_US = 100_000

export interface RoomOptions {
  session: string
  settings: RoomSettings
  nowUs: () => number
  /** What most of them can still be sent. */
  memory: (listeners: Iterable<Listener>) => Memory
  /** Round trip, and what waits on the way. */
  rttMs: (listener: Listener) => number
  /** It is to be sent something else altogether, and its route and patience are of that already. */
  moved: (listener: Listener) => void
  /** A group has members, or none has any more: `tick` is to be called every ROOM_TICK_MS, or as often as listeners are tended. */
  busy: (busy: boolean) => void
}

export class Room {
  readonly together: Group
  readonly steady: Group
  readonly audience: Audience
  readonly #options: RoomOptions
  readonly #conductor: Conductor
  readonly #source = new SourceLine()
  #steppedUs = Number.NEGATIVE_INFINITY
  /** When what is announced is heard; null: nothing is. */
  #comingUs: number | null = null
  #busy = false
  #seekable: { scene: Scene; ms: number } | undefined

  constructor(options: RoomOptions) {
    this.#options = options
    const { together, steady } = makeGroups(options.settings)
    this.together = together
    this.steady = steady
    this.audience = new Audience(options.settings)
    const changed = () => this.#changed()
    this.#conductor = new Conductor({ together, steady, scene: () => this.scene, changed })
  }

  get groups(): readonly [Group, Group] {
    return [this.together, this.steady]
  }

  get pauseWhenLow(): boolean {
    return this.#conductor.pauseWhenLow
  }

  get facts(): RoomFacts {
    const { audience, together, steady } = this
    const { session, settings } = this.#options
    return {
      session,
      streamId: this.#source.streamId,
      resyncMs: settings.resyncMs,
      audience,
      together,
      steady,
      seekableMs: this.#seekableMs,
    }
  }

  get scene(): Scene {
    const inGroups = [...this.together.listeners, ...this.steady.listeners]
    const memory = this.#options.memory(inGroups.length > 0 ? inGroups : this.audience.listeners)
    return this.#source.scene(this.#options.nowUs(), memory)
  }

  /** A stream begins: its positions and its clock are new, and the room is live. */
  begin(streamId: number, rateHz: number, packetFrames: number): void {
    this.#source.begin(streamId, rateHz, packetFrames)
    let sentence: string | undefined
    for (const group of this.groups)
      sentence = group.begin(streamId, rateHz, this.#options.nowUs()) ?? sentence
    this.#changed()
    if (sentence !== undefined)
      this.audience.tell('transport', { type: 'error', reason: 'bad-transport', message: sentence })
  }

  /** The source has gone. */
  end(): void {
    this.#source.end()
    this.#changed()
  }

  /** Of every packet of the source. */
  note(position: number, captureUs: number): void {
    if (!this.#source.note(position, captureUs)) return
    const { scene } = this
    for (const group of this.groups) group.tend(scene, true)
    this.#changed()
  }

  /** Before the listener is sent anything. */
  join(listener: Listener, role: Role, mode: Mode): void {
    this.audience.join(listener, role, mode)
    this.#groupOf(mode)?.join(listener, this.#options.nowUs())
    this.#watch()
  }

  leave(listener: Listener): void {
    const member = this.audience.get(listener)
    if (member === undefined) return
    this.audience.leave(listener)
    this.#leaveGroup(listener, this.#groupOf(member.mode))
    this.#watch()
  }

  /** Tells the listener how things are, now; who is in charge, also who is not in step already. */
  greet(listener: Listener): void {
    const member = this.audience.get(listener)
    if (member === undefined) return
    this.#tell(listener, member, this.facts, this.scene)
    if (may(member.role, 'feedback'))
      for (const feedback of this.#complaints()) listener.sendControl(feedback)
  }

  /** At once, or as soon as it may again. */
  setMode(listener: Listener, mode: Mode): void {
    const member = this.audience.get(listener)
    if (member === undefined) return
    member.wanted = mode
    this.#move(listener, member)
  }

  report(listener: Listener, report: SyncReport): void {
    const member = this.audience.get(listener)
    const group = member && this.#groupOf(member.mode)
    if (group === undefined) return
    const nowUs = this.#options.nowUs()
    group.report(listener, report, nowUs)
    const isFar = report.locked && Math.abs(report.driftMs) > this.#options.settings.resyncMs
    if (isFar) this.audience.outOfTurn(nowUs)
  }

  /** Of a member. Throws ForbiddenError or TransportError, and then nothing has changed. */
  transport(listener: Listener, wish: Omit<Transport, 'type'>): Announced {
    this.audience.check(listener, 'transport')
    return this.announce(wish)
  }

  /** Throws TransportError, and then nothing has changed. */
  announce(wish: Omit<Transport, 'type'>): Announced {
    return this.#conductor.announce(wish)
  }

  /** Of a member. Throws ForbiddenError, and then nothing has changed. */
  setRoom(listener: Listener, wish: Omit<SetRoom, 'type'>): void {
    this.audience.check(listener, 'settings')
    this.settle(wish)
  }

  /** Of whoever may. */
  settle({ steadyMs, pauseWhenLow, fixedDelayMs }: Omit<SetRoom, 'type'>): void {
    if (steadyMs !== undefined) this.steady.fix(steadyMs)
    if (fixedDelayMs !== undefined) this.together.fix(fixedDelayMs ?? undefined)
    if (pauseWhenLow !== undefined) this.#conductor.pauseWhenLow = pauseWhenLow
    this.#changed()
  }

  /** Every ROOM_TICK_MS while a group has members, else with the session. */
  tick(): void {
    const { scene } = this
    const { nowUs } = scene
    if (nowUs - this.#steppedUs >= STEP_US) {
      this.#steppedUs = nowUs
      for (const group of this.groups) this.#step(group, scene)
      this.#conductor.step(nowUs)
    }
    for (const [listener, member] of this.audience)
      if (member.wanted !== member.mode) this.#move(listener, member)
    if (this.#comingUs !== null && this.#comingUs <= nowUs) this.#changed()
    const { facts } = this
    for (const [listener, member] of this.audience.due(nowUs, this.#worst()))
      this.#tell(listener, member, facts, scene)
  }

  #move(listener: Listener, member: Member): void {
    const before = this.#groupOf(member.mode)
    const nowUs = this.#options.nowUs()
    if (!this.audience.changesMode(member, nowUs)) return
    this.#leaveGroup(listener, before)
    this.#groupOf(member.mode)?.join(listener, nowUs)
    this.#tell(listener, member, this.facts, this.scene)
    this.#options.moved(listener)
    this.#watch()
  }

  /** Whatever those in charge were told of it is over with that. */
  #leaveGroup(listener: Listener, group: Group | undefined): void {
    if (group === undefined) return
    const { status } = group.state(listener)
    group.leave(listener)
    if (status !== 'active') this.#feedBack({ id: listener.id, driftMs: 0, status: 'active', reason: '' })
  }

  #step(group: Group, scene: Scene): void {
    const wasMs = group.schedule.toMs
    const { delay, members } = group.step(scene)
    if (delay !== undefined) {
      if (!delay.atOnce && scene.anchor !== undefined) {
        const command = syncCommand(group.mode, delay, scene.anchor)
        for (const listener of group.listeners) listener.sendControl(command)
      }
      this.#changed()
      // What they had is over, and what they are to hear now was never sent, or is not held any more.
      const isFarBack = delay.atOnce && delay.schedule.toMs > wasMs + EXPIRED_MS
      if (isFarBack) for (const listener of group.listeners) this.#options.moved(listener)
    }
    for (const change of members) this.#feedBack(change)
  }

  /** To the one it is about, its state at once; to those in charge, that it has changed. */
  #feedBack(change: MemberChange): void {
    this.audience.tellSoon(change.id)
    this.audience.tell('feedback', driftFeedback(change))
  }

  *#complaints(): Generator<DriftFeedback> {
    for (const group of this.groups)
      for (const listener of group.listeners) {
        const { status, reason } = group.state(listener)
        const driftMs = group.reportOf(listener)?.driftMs ?? 0
        if (status !== 'active') yield driftFeedback({ id: listener.id, driftMs, status, reason })
      }
  }

  /** Everybody is to hear of it, once. */
  #changed(): void {
    this.audience.changed()
    this.#comingUs = this.together.timeline.scheduled(this.#options.nowUs())?.atUs ?? null
  }

  #tell(listener: Listener, member: Member, facts: RoomFacts, scene: Scene): void {
    this.audience.told(member, scene.nowUs)
    listener.sendControl(syncState(facts, listener, member, scene))
  }

  #worst(): Worst {
    let rttMs = 0
    for (const { listeners } of this.groups)
      for (const listener of listeners) rttMs = Math.max(rttMs, this.#options.rttMs(listener))
    return { driftMs: Math.max(this.together.worstDriftMs, this.steady.worstDriftMs), rttMs }
  }

  /** Worked out once, however many are told of the same scene. */
  readonly #seekableMs = (scene: Scene): number => {
    if (this.#seekable?.scene !== scene) this.#seekable = { scene, ms: seekableMs(this, scene) }
    return this.#seekable.ms
  }

  #groupOf(mode: Mode): Group | undefined {
    return mode === 'live' ? undefined : this[mode]
  }

  #watch(): void {
    const busy = this.together.size + this.steady.size > 0
    if (busy === this.#busy) return
    this.#busy = busy
    this.#options.busy(busy)
  }
}

function driftFeedback({ id, ...how }: MemberChange): DriftFeedback {
  return { type: 'drift_feedback', listener: id, ...how }
}
