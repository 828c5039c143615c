import type { ClockEstimate } from '../../../src/shared/clock/clock-sync.ts'
import type { ControlBlock } from '../../../src/shared/ring/control-block.ts'
import { unreachable } from '../../../src/shared/unreachable.ts'
import type { ClientMessage, ControlError } from '../../../src/shared/wire/control.ts'
import type { RoomMessage, SyncState } from '../../../src/shared/wire/room-messages.ts'
import type { Mode } from '../../../src/shared/wire/room-names.ts'
import type { SetRoom, Transport } from '../../../src/shared/wire/room-schema.ts'
import type { CurrentStream } from '../current-stream.ts'
import type { FromWorker, RoomEntry } from '../messages.ts'
import { GroupLine } from './group-line.ts'
import { SyncReports } from './reports.ts'

/** How often the page is told of a state in which nothing has changed. */
const TELL_MS = 250

export interface RoomOptions {
  control: ControlBlock
  stream: CurrentStream
  /** Sends it on the connection there is; false: there is none. */
  send: (message: ClientMessage) => boolean
  post: (message: FromWorker) => void
}

/** This listener as a member of its room: which mode, what it is told and tells. Thread: worker; local time comes in. */
export class Room {
  readonly #opts: RoomOptions
  readonly #line: GroupLine
  readonly #reports: SyncReports
  #entry: RoomEntry = {}
  #mode: Mode = 'live'
  /** What the address of the connection said, or was said since. */
  #saidMode: Mode = 'live'
  #state: SyncState | undefined
  #postedMs = Number.NEGATIVE_INFINITY
  #connected = false

  constructor(opts: RoomOptions) {
    this.#opts = opts
    this.#line = new GroupLine(opts.control, opts.stream)
    this.#reports = new SyncReports(opts.control)
  }

  /** A listening begins. */
  start(entry: RoomEntry, nowMs: number): void {
    this.#entry = entry
    this.#mode = entry.mode ?? 'live'
    this.#line.enter(this.#mode, false, nowMs)
  }

  /** Where a socket that is being opened goes, and as whom; who holds seconds says what it has. */
  address(url: string): string {
    this.#saidMode = this.#mode
    const { session, role, key } = this.#entry
    const { streamId, newest } = this.#opts.stream
    const full = new URL(url)
    const has = this.#mode === 'steady' && newest > 0
    for (const [name, value] of Object.entries({
      session,
      mode: this.#entry.mode === undefined && this.#mode === 'live' ? undefined : this.#mode,
      role,
      key: key || undefined,
      stream: has ? String(streamId) : undefined,
      from: has ? String(Math.floor(newest)) : undefined,
    }))
      if (value !== undefined) full.searchParams.set(name, value)
    return full.href
  }

  /** That socket is open. */
  opened(nowMs: number): void {
    this.#connected = true
    this.#line.connected(nowMs)
    this.#reports.begin(nowMs)
    if (this.#mode !== this.#saidMode) this.#sayMode()
  }

  /** There is no socket any more, or not yet. */
  closed(): void {
    this.#connected = false
  }

  setMode(mode: Mode, nowMs: number): void {
    if (mode === this.#mode) return
    this.#mode = mode
    this.#line.enter(mode, this.#opts.control.get('playing') === 1, nowMs)
    this.#reports.begin(nowMs)
    this.#opts.stream.tick(nowMs)
    if (this.#connected) this.#sayMode()
  }

  /** A controller's wish; the server says if it is none. */
  wish(message: Transport | SetRoom): void {
    if (this.#opts.send(message)) return
    this.#refuse('not-connected', 'There is no connection to the server.')
  }

  /** The stream is another. */
  streamBegan(nowMs: number): void {
    this.#line.begin(nowMs)
    this.#reports.begin(nowMs)
  }

  setClock(clock: ClockEstimate | undefined, nowMs: number): void {
    this.#line.setClock(clock, nowMs)
  }

  hear(message: RoomMessage, nowMs: number): void {
    switch (message.type) {
      case 'sync_state':
        this.#heardState(message, nowMs)
        return
      case 'sync_command':
        this.#line.hearDelay(message, nowMs)
        return
      case 'segment':
        this.#opts.stream.begins(message, this.#line.sourceRateHz)
        return
      case 'drift_feedback':
        this.#opts.post({ kind: 'feedback', feedback: message })
        return
      default:
        unreachable(message)
    }
  }

  #heardState(state: SyncState, nowMs: number): void {
    const before = this.#state
    this.#state = state
    this.#line.hear(state, nowMs)
    const changed =
      state.revision !== before?.revision || state.status !== before.status || state.mode !== before.mode
    if (changed || !(Math.abs(nowMs - this.#postedMs) < TELL_MS)) this.#post(state, nowMs)
  }

  /** True: it is about a wish of this member, and no fault in a message. */
  heardError({ reason, message }: ControlError): boolean {
    if (reason !== 'forbidden' && reason !== 'bad-transport') return false
    this.#refuse(reason, message)
    return true
  }

  /** About 20 times a second. */
  tick(nowMs: number): void {
    const line = this.#line
    if (!line.tick(nowMs))
      this.#refuse('no-room', 'The server says nothing of the room, so you hear it live.')
    this.#opts.stream.tick(nowMs)
    // A server that knows no rooms does not like reports; this one has greeted with its state.
    if (this.#mode === 'live' || !this.#connected || this.#state === undefined) return
    const { following, lineJumps, resyncMs, sigmaMs } = line
    const { rateHz, readyTo } = this.#opts.stream
    const member = { rateHz, following, lineJumps, resyncMs, sigmaMs, readyTo }
    const report = this.#reports.next(member, nowMs)
    if (report === undefined || !this.#opts.send(report)) return
    if (report.needMs > 0) line.told(nowMs)
  }

  /** See GroupLine. */
  dueTo(nowMs: number): number {
    return this.#line.dueTo(nowMs)
  }

  #sayMode(): void {
    if (this.#opts.send({ type: 'set_mode', mode: this.#mode })) this.#saidMode = this.#mode
  }

  #post(state: SyncState, nowMs: number): void {
    this.#postedMs = nowMs
    const { offsetMs, offsetAtMs } = this.#line
    this.#opts.post({ kind: 'room', state, offsetMs, atMs: offsetAtMs })
  }

  #refuse(reason: Extract<FromWorker, { kind: 'refused' }>['reason'], message: string): void {
    this.#opts.post({ kind: 'refused', reason, message })
  }
}
