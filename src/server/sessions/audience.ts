import type { ServerMessage } from '../../shared/wire/control.ts'
import type { Role } from '../../shared/wire/room-messages.ts'
import type { Mode } from '../../shared/wire/room-names.ts'
import type { Listener } from '../streaming/listener.ts'
import { ForbiddenError, may, type Right } from './roles.ts'
import { type CadenceOptions, SyncCadence, type Worst } from './room/cadence.ts'

/** Who plays live is told when something changes, and else so often, µs. */
export const LIVE_INTERVAL_US = 1e6
/** Whatever its members say, a room tells everybody out of turn no more often than this, µs. */
const OUT_OF_TURN_US = 250_000

/** Nobody changes its mode more often than this, µs: each change is sent a new beginning. What was wished last counts. */
const MODE_APART_US = 500_000

export interface Member {
  readonly role: Role
  mode: Mode
  /** What it is to change to, once it may. */
  wanted: Mode
  /** When it did last. */
  movedUs: number
  toldRevision: number
  toldUs: number
}

/** Everybody in a room, and when each of them is told how it is. */
export class Audience {
  readonly #cadence: SyncCadence
  readonly #members = new Map<Listener, Member>()
  #revision = 1
  #outOfTurnUs = Number.NEGATIVE_INFINITY

  constructor(options: CadenceOptions) {
    this.#cadence = new SyncCadence(options)
  }

  get size(): number {
    return this.#members.size
  }

  /** Grows with every change that is to be heard of. */
  get revision(): number {
    return this.#revision
  }

  /** Of who plays with a group. */
  get intervalMs(): number {
    return this.#cadence.intervalMs
  }

  get listeners(): Iterable<Listener> {
    return this.#members.keys()
  }

  get(listener: Listener): Member | undefined {
    return this.#members.get(listener)
  }

  [Symbol.iterator](): Iterator<[Listener, Member]> {
    return this.#members[Symbol.iterator]()
  }

  join(listener: Listener, role: Role, mode: Mode): void {
    this.#members.set(listener, {
      role,
      mode,
      wanted: mode,
      movedUs: Number.NEGATIVE_INFINITY,
      toldRevision: 0,
      toldUs: 0,
    })
  }

  leave(listener: Listener): void {
    this.#members.delete(listener)
  }

  /** Has it another mode now? Then that is `wanted`. */
  changesMode(member: Member, nowUs: number): boolean {
    if (member.wanted === member.mode || nowUs - member.movedUs < MODE_APART_US) return false
    member.mode = member.wanted
    member.movedUs = nowUs
    this.#revision++
    return true
  }

  /** Everybody is to hear of it in the next tick; of however much happened before that, once. */
  changed(): void {
    this.#revision++
    this.#cadence.touch()
  }

  /** The same, where it is a member that says it must be, and may say so too often. */
  outOfTurn(nowUs: number): void {
    if (nowUs - this.#outOfTurnUs < OUT_OF_TURN_US) return
    this.#outOfTurnUs = nowUs
    this.#cadence.touch()
  }

  /** Throws ForbiddenError. */
  check(listener: Listener, right: Right): void {
    if (!may(this.#members.get(listener)?.role ?? 'listener', right)) throw new ForbiddenError(right)
  }

  /** Those who have this right. */
  tell(right: Right, message: ServerMessage): void {
    for (const [listener, { role }] of this.#members) if (may(role, right)) listener.sendControl(message)
  }

  /** The listener of this number, in the next tick. */
  tellSoon(id: number): void {
    for (const [listener, member] of this.#members) if (listener.id === id) member.toldRevision = 0
  }

  told(member: Member, nowUs: number): void {
    member.toldRevision = this.#revision
    member.toldUs = nowUs
  }

  /** Who is to be told now. */
  *due(nowUs: number, worst: Worst): Generator<[Listener, Member]> {
    const groupsAre = this.#cadence.due(nowUs, worst)
    for (const entry of this.#members) if (this.#isDue(entry[1], groupsAre, nowUs)) yield entry
  }

  #isDue({ mode, toldRevision, toldUs }: Member, groupsAre: boolean, nowUs: number): boolean {
    if (toldRevision === 0) return true
    if (mode !== 'live') return groupsAre
    return (groupsAre && toldRevision !== this.#revision) || nowUs - toldUs >= LIVE_INTERVAL_US
  }
}
