import type { ControlBlock } from '../../../src/shared/ring/control-block.ts'
import { SYNC_REPORT_MS } from '../../../src/shared/wire/room-names.ts'
import type { SyncReport } from '../../../src/shared/wire/room-schema.ts'
import { InStep } from './in-step.ts'

/** The timer's own unpunctuality: a report is not put off to the next tick for that. */
const EARLY_MS = 20
/** When it gets worse a report is not put off, but for this. */
const LEAST_MS = 250
/** So much more is missing: that is worse. */
const WORSE_MISSING = 0.01
/** What an output takes while nobody knows: better too much at first than the whole room moved later. */
const UNKNOWN_OUTPUT_MS = 40

/** What a report needs to know besides what is in the control block. */
export interface Member {
  rateHz: number
  /** Plays by the group's line. */
  following: boolean
  /** How often that line has jumped: whoever plays by it has to come to it anew. */
  lineJumps: number
  /** Further off than this is worth a report at once, ms. */
  resyncMs: number
  /** Standard deviation of the server clock, ms. */
  sigmaMs: number
  /** One past what there is to be played, room position. */
  readyTo: number
}

/** How this listener does, for the server. Thread: worker; local time comes in. */
export class SyncReports {
  readonly #control: ControlBlock
  #sentMs = Number.NaN
  #needTold = false
  #missingBefore = 0
  #concealed = 0
  #lineJumps = 0
  readonly #inStep = new InStep()

  constructor(control: ControlBlock) {
    this.#control = control
  }

  /** Another connection, mode or stream: nobody has been told anything. */
  begin(nowMs: number): void {
    this.#sentMs = nowMs
    this.#needTold = false
    this.#missingBefore = 0
    this.#concealed = this.#concealedFrames()
    this.#inStep.begin()
  }

  /** About 20 times a second. The report to be sent now; undefined: none. */
  next(member: Member, nowMs: number): SyncReport | undefined {
    const errorMs = this.#control.get('roomErrorMs')
    if (member.lineJumps !== this.#lineJumps) this.#inStep.begin()
    this.#lineJumps = member.lineJumps
    const locked = this.#inStep.look(member.following ? errorMs : Number.NaN, nowMs)
    const needMs = this.#needMs(member.rateHz)
    const missing = this.#missing(member.rateHz, nowMs)
    const far = member.following && Math.abs(errorMs) > member.resyncMs
    if (!this.#due(nowMs, needMs > 0, far || missing > this.#missingBefore + WORSE_MISSING)) return undefined
    this.#sentMs = nowMs
    this.#needTold ||= needMs > 0
    this.#missingBefore = missing
    this.#concealed = this.#concealedFrames()
    const control = this.#control
    return {
      type: 'sync_report',
      needMs,
      clockErrorMs: within(control.get('clockErrorMs') + member.sigmaMs, 0, 60_000),
      driftMs: member.following ? within(errorMs, -120_000, 120_000) : 0,
      locked,
      outputMs: within(control.get('outputLeadMs'), 0, 10_000),
      trimMs: within(control.get('trimMs'), -1000, 1000),
      missing,
      heldMs: this.#heldMs(member),
    }
  }

  #due(nowMs: number, known: boolean, worse: boolean): boolean {
    if (known && !this.#needTold) return true
    // A clock that was set back must not silence us.
    const sinceMs = Math.abs(nowMs - this.#sentMs)
    return !(sinceMs < (worse ? LEAST_MS : SYNC_REPORT_MS - EARLY_MS))
  }

  /** From capture to ear at the best this listener could do; 0: not known yet. */
  #needMs(rateHz: number): number {
    const control = this.#control
    const ownMs = (control.get('needFrames') * 1000) / rateHz
    const outputMs = control.get('outputLeadMs') || UNKNOWN_OUTPUT_MS
    return ownMs > 0
      ? within(control.get('transitMs') + ownMs + outputMs + control.get('trimMs'), 0, 120_000)
      : 0
  }

  #heldMs({ rateHz, readyTo }: Member): number {
    const control = this.#control
    if (control.get('playing') !== 1) return 0
    return within(((readyTo - control.get('playPosition')) * 1000) / rateHz, 0, 120_000)
  }

  #missing(rateHz: number, nowMs: number): number {
    const frames = ((nowMs - this.#sentMs) * rateHz) / 1000
    return frames > 0 ? within((this.#concealedFrames() - this.#concealed) / frames, 0, 1) : 0
  }

  #concealedFrames(): number {
    return this.#control.get('concealedFrames') + this.#control.get('concealedFramesBefore')
  }
}

/** 0 for what is no number. */
function within(value: number, least: number, most: number): number {
  return Number.isNaN(value) ? 0 : Math.min(most, Math.max(least, value))
}
