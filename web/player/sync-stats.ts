import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import { delayMsAt } from '../../src/shared/room/delay-schedule.ts'
import type { Role, Scheduled, SyncState, SyncStatus } from '../../src/shared/wire/room-messages.ts'
import type { LeadSource } from './output/output-lead.ts'

/** This listener in its room, part of `window.backline.stats()`. null: not known yet, or nothing to follow with mode live. */
export interface SyncStats {
  session: string | null
  role: Role | null
  status: SyncStatus | null
  /** Why, for a person; '' when active. */
  reason: string | null
  /** From the instrument to everybody's ears, at this moment. */
  groupDelayMs: number | null
  /** What this listener could do at its best. */
  needMs: number | null
  /** How much later than the room it plays. */
  driftMs: number | null
  /** It plays by the room's line, and is within a millisecond of it. */
  locked: boolean
  /** Between leaving the worklet and being heard, and how that is known. */
  outputLeadMs: number | null
  outputLeadFrom: LeadSource | null
  /** Of the device that is heard. */
  trimMs: number | null
  /** Audio held ready beyond the ring. */
  heldMs: number | null
  members: SyncState['members'] | null
  /** Of those who do not listen live: whether they hear something, how far behind live, and how far back they could go. */
  playing: boolean | null
  backMs: number | null
  seekableMs: number | null
  /** A change of the transport that is still to come; `atUs` is the server clock. */
  scheduled: Scheduled | null
  serverNowMs: number | null
}

export interface SyncInput {
  control: ControlBlock | undefined
  state: SyncState | undefined
  /** Server clock, ms; undefined: not known. */
  serverNowMs: number | undefined
  leadFrom: LeadSource | undefined
  /** Of the stream that plays; undefined: none does. */
  rateHz: number | undefined
}

/** Nearer than this to the room's line is in step, ms. */
const LOCKED_MS = 1

/** Any time, on the page. Reads; changes nothing. */
export function readSync({ control, state, serverNowMs, leadFrom, rateHz }: SyncInput): SyncStats {
  const follows = state !== undefined && state.mode !== 'live'
  const plays = control !== undefined && rateHz !== undefined && control.get('playing') === 1
  const inGroup = follows && plays
  const driftMs = inGroup ? known(control.get('roomErrorMs')) : null
  const leadMs = control?.get('outputLeadMs') ?? 0
  const trimMs = control?.get('trimMs') ?? 0
  return {
    session: state?.session ?? null,
    role: state?.role ?? null,
    status: follows ? state.status : null,
    reason: follows ? state.reason : null,
    groupDelayMs: follows && state.delay && serverNowMs ? delayMsAt(state.delay, serverNowMs * 1000) : null,
    needMs: inGroup
      ? known(control.get('transitMs') + (control.get('needFrames') * 1000) / rateHz + leadMs + trimMs)
      : null,
    driftMs,
    locked: driftMs !== null && Math.abs(driftMs) < LOCKED_MS,
    outputLeadMs: leadMs > 0 ? leadMs : null,
    outputLeadFrom: leadFrom ?? null,
    trimMs: control ? trimMs : null,
    heldMs: inGroup ? known(control.get('heldMs')) : null,
    members: state?.members ?? null,
    playing: state?.playing ?? null,
    backMs: state?.backMs ?? null,
    seekableMs: state?.seekableMs ?? null,
    scheduled: state?.scheduled ?? null,
    serverNowMs: serverNowMs ?? null,
  }
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
