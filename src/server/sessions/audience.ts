import type { Role } from '../../shared/wire/room-messages.ts'
import type { Mode } from '../../shared/wire/room-names.ts'
import type { Listener } from '../streaming/listener.ts'
import { type CadenceOptions, SyncCadence, type Worst } from './room/cadence.ts'

/** Who plays live is told when something changes, and else so often, µs. */
export const LIVE_INTERVAL_US = 1e6
/** Whatever its members say, a room tells everybody out of turn no more often than this, µs. */
const OUT_OF_TURN_US = 250_000

export interface Member {
  readonly role: Role
  mode: Mode
  toldRevision: number
  toldUs: number
}

/** Everybody in a room, and when each of them is told how it is. Pure. */
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
    this.#members.set(listener, { role, mode, toldRevision: 0, toldUs: 0 })
  }

  leave(listener: Listener): void {
    this.#members.delete(listener)
  }

  setMode(member: Member, mode: Mode): void {
    member.mode = mode
    this.#revision++
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

  /** In the next tick. */
  tellSoon(member: Member): void {
    member.toldRevision = 0
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
