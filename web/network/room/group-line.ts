import type { ClockEstimate } from '../../../src/shared/clock/clock-sync.ts'
import type { ControlBlock, RoomLine } from '../../../src/shared/ring/control-block.ts'
import { RoomLineMaker } from '../../../src/shared/room/room-line-maker.ts'
import type { SyncCommand, SyncState } from '../../../src/shared/wire/room-messages.ts'
import type { Mode } from '../../../src/shared/wire/room-names.ts'
import type { CurrentStream } from '../current-stream.ts'

/** So long nothing plays until server clock and room are known; then it plays live. */
export const MOST_WAIT_MS = 5000
/** The first answers of a connection may be off by a few ms: so many, or so long, make a clock. */
const ANSWERS = 8
const SETTLED_MS = 1000
/** A state of so much later than a report knows of it, ms. */
const HEARD_MS = 250
/** When all is known, so long for the server to hear what this listener needs, and to say what that makes of the delay. */
const HEARING_MS = 1000
/** Audio is handed over so long before it leaves, as far as the ring has room for that. */
const AHEAD_MS = 1000
/** Where the line itself has moved by more than this, an output that is worn away or a clock put right … */
const MOVED_MS = 1
/** … this is jumped, for so long: bending takes a second for each ms. */
const REJOIN_MS = 3
const REJOIN_FOR_MS = 2000
const USUAL_JUMP_MS = 30
/** What an output takes is measured a second after its sound begins: so long after, there is nothing to be worn in yet. */
const NEW_MS = 3000

/**
 * alone: no group, or not any more. waiting: nothing plays until it can play in step. joining: plays live until it can.
 * following: the line says what plays.
 */
type Phase = 'alone' | 'waiting' | 'joining' | 'following'

/**
 * The room line in the control block: when there is one, and what it says. Thread: worker; local time comes in, ms. What is
 * known stays while nothing is heard: a line goes on without a server.
 */
export class GroupLine {
  readonly #control: ControlBlock
  readonly #stream: Pick<CurrentStream, 'serial' | 'streamId' | 'rateHz' | 'ringFrames'>
  readonly #maker = new RoomLineMaker()
  readonly #line: RoomLine = { serial: 0, ms: 0, position: 0, rateHz: 0, slewPpm: 0 }
  #mode: Mode = 'live'
  #phase: Phase = 'alone'
  /** Of this connection; undefined: nothing heard yet. */
  #state: SyncState | undefined
  #clock: ClockEstimate | undefined
  #answers = 0
  #firstAnswerMs = Number.NaN
  /** Of which mode and stream the maker's line is. */
  #followed = ''
  #waitingMs = Number.NaN
  #knownMs = Number.NaN
  /** Server time of the first state that may know what this listener needs; NaN: it has not been told. */
  #toldMs = Number.NaN
  #followingMs = Number.NaN
  #rejoinUntilMs = Number.NEGATIVE_INFINITY
  #lineJumps = 0

  constructor(
    control: ControlBlock,
    stream: Pick<CurrentStream, 'serial' | 'streamId' | 'rateHz' | 'ringFrames'>,
  ) {
    this.#control = control
    this.#stream = stream
    control.set('roomJumpMs', USUAL_JUMP_MS)
  }

  get following(): boolean {
    return this.#phase === 'following'
  }

  /** Measured against the server clock; NaN: not known. */
  get sourceRateHz(): number {
    return this.#maker.sourceRateHz
  }

  /** What is further off than this is jumped, ms. */
  get resyncMs(): number {
    return this.#state?.resyncMs ?? USUAL_JUMP_MS
  }

  /** How often the line has moved by more than that. */
  get lineJumps(): number {
    return this.#lineJumps
  }

  get offsetMs(): number {
    return this.#clock?.offsetMs ?? Number.NaN
  }

  /** Local time at which `offsetMs` holds. */
  get offsetAtMs(): number {
    return this.#clock?.atMs ?? Number.NaN
  }

  get sigmaMs(): number {
    return this.#clock?.sigmaMs ?? 0
  }

  /** A mode that is asked for; `playing`: live sound goes on until there is a line. */
  enter(mode: Mode, playing: boolean, nowMs: number): void {
    this.#mode = mode
    if (mode === 'live') {
      this.#phase = 'alone'
      this.#followed = ''
      this.#maker.forget()
    } else if (this.#phase !== 'following') {
      this.#phase = playing ? 'joining' : 'waiting'
      this.#waitingMs = nowMs
    }
    this.tick(nowMs)
  }

  /** A stream begins: another axis. */
  begin(nowMs: number): void {
    this.#followed = ''
    this.#maker.forget()
    if (this.#mode === 'live') return
    this.#phase = 'waiting'
    this.#waitingMs = nowMs
    this.#knownMs = this.#toldMs = Number.NaN
    this.tick(nowMs)
  }

  /** It may be another server, with another clock: both state and clock have to be heard anew before either counts. */
  connected(nowMs: number): void {
    this.#state = undefined
    this.#answers = 0
    this.#knownMs = this.#toldMs = Number.NaN
    this.#waitingMs = nowMs
  }

  hear(state: SyncState, nowMs: number): void {
    this.#state = state
    // There is nothing to be in step with yet: that is no waiting in vain.
    if (state.mode === this.#mode && state.anchor === undefined) this.#waitingMs = nowMs
    this.tick(nowMs)
  }

  /** The delay is about to be moved. */
  hearDelay({ mode, delay }: SyncCommand, nowMs: number): void {
    if (this.#state?.mode === mode) this.#state = { ...this.#state, delay }
    this.tick(nowMs)
  }

  setClock(clock: ClockEstimate | undefined, nowMs: number): void {
    if (clock === undefined) return
    if (clock.epoch !== this.#clock?.epoch) this.#answers = 0
    if (this.#answers++ === 0) this.#firstAnswerMs = nowMs
    this.#clock = clock
  }

  /** The server has been told what this listener needs. */
  told(nowMs: number): void {
    this.#toldMs = nowMs
  }

  /** About 20 times a second. False once: it has waited in vain, and plays live. */
  tick(nowMs: number): boolean {
    const known = this.#learn(nowMs)
    if (known && Number.isNaN(this.#knownMs)) this.#knownMs = nowMs
    if (known && (this.#phase === 'joining' || (this.#phase === 'waiting' && this.#isHeard(nowMs))))
      this.#follow(nowMs)
    const inVain = this.#phase === 'waiting' && !known && nowMs - this.#waitingMs > MOST_WAIT_MS
    if (inVain) this.#phase = 'joining'
    this.#publish(nowMs)
    return !inVain
  }

  /** What begins before this room position is due for the ring: Infinity, all; −Infinity, nothing. */
  dueTo(nowMs: number): number {
    if (this.#phase === 'waiting') return Number.NEGATIVE_INFINITY
    if (this.#phase !== 'following') return Number.POSITIVE_INFINITY
    const { ms, position, rateHz } = this.#line
    const { ringFrames } = this.#stream
    return position + ((nowMs - ms) * rateHz) / 1000 + Math.min((AHEAD_MS * rateHz) / 1000, ringFrames / 2)
  }

  #follow(nowMs: number): void {
    this.#phase = 'following'
    this.#followingMs = nowMs
  }

  /** True: the line is of what was heard last. */
  #learn(nowMs: number): boolean {
    const state = this.#state
    const clock = this.#clock
    const settled =
      this.#answers >= ANSWERS || (this.#answers > 0 && nowMs - this.#firstAnswerMs > SETTLED_MS)
    if (state?.anchor === undefined || state.delay === undefined || clock === undefined || !settled)
      return false
    if (state.mode !== this.#mode || state.streamId !== this.#stream.streamId) return false
    const followed = `${state.mode} ${state.streamId}`
    if (followed !== this.#followed) this.#maker.forget()
    this.#followed = followed
    const unheard = this.#control.get('playing') !== 1 || this.#phase !== 'following'
    this.#maker.follow(state.anchor, state.delay, nowMs, unheard, clock)
    return true
  }

  /** The delay is one that knows of this listener, or nobody says so. */
  #isHeard(nowMs: number): boolean {
    const heardMs = (this.#state?.serverUs ?? Number.NaN) / 1000 - this.offsetMs
    return heardMs > this.#toldMs + HEARD_MS || nowMs - this.#knownMs > HEARING_MS
  }

  #publish(nowMs: number): void {
    const control = this.#control
    const line = this.#line
    const { serial } = this.#stream
    const was = { ...line }
    if (this.#phase === 'following') {
      const isNew = nowMs - this.#followingMs < NEW_MS
      this.#maker.fill(line, nowMs, control.get('outputLeadMs'), control.get('trimMs'), isNew)
      line.serial = serial
      const expected = was.position + ((nowMs - was.ms) * was.rateHz) / 1000
      const movedMs = (Math.abs(line.position - expected) * 1000) / line.rateHz
      if (was.serial === serial && was.rateHz > 0) {
        if (movedMs > MOVED_MS) this.#rejoinUntilMs = nowMs + REJOIN_FOR_MS
        if (movedMs > this.resyncMs) this.#lineJumps++
      }
      control.set('roomJumpMs', nowMs < this.#rejoinUntilMs ? REJOIN_MS : this.resyncMs)
    } else {
      // Before the first frame there is: the worklet gets ready, measures what it needs, and plays nothing.
      const serialNow = this.#phase === 'waiting' ? serial : 0
      Object.assign(line, { serial: serialNow, ms: nowMs, position: -1, rateHz: 0, slewPpm: 0 })
      if (serialNow === 0 && was.serial === 0) return
    }
    control.writeRoom(line)
  }
}
