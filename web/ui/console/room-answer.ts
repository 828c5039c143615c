// What the server tells of a room, read with care. Pure.
import type { Scheduled } from '../../../src/shared/wire/room-messages.ts'
import { TRANSPORT_ACTIONS } from '../../../src/shared/wire/room-names.ts'
import { isNumber, isRecord } from '../../network/checks.ts'

/** What everybody hears, as the server said last. */
export interface RoomState {
  /** The server has told it. */
  known: boolean
  playing: boolean
  /** Behind live. */
  backMs: number
  /** How far back it could go. */
  seekableMs: number
  scheduled: Scheduled | null
  /** From the instrument to the ear, of those who listen together. */
  togetherMs: number
  /** null: what the slowest needs. */
  fixedDelayMs: number | null
  steadyMs: number
  pauseWhenLow: boolean
}

/** undefined: it makes no sense. */
export function readRoom(answer: Record<string, unknown>): Omit<RoomState, 'known'> | undefined {
  const { transport, together, steady, pauseWhenLow } = answer
  if (!isRecord(transport) || !isRecord(together) || !isRecord(steady)) return undefined
  const { playing, backMs, seekableMs, scheduled } = transport
  const { delayMs, fixedMs } = together
  const { fixedMs: steadyMs } = steady
  if (typeof playing !== 'boolean' || typeof pauseWhenLow !== 'boolean') return undefined
  if (!isNumber(backMs) || !isNumber(seekableMs) || !isNumber(delayMs)) return undefined
  return {
    ...{ playing, backMs, seekableMs, pauseWhenLow },
    scheduled: readScheduled(scheduled),
    togetherMs: delayMs,
    fixedDelayMs: isNumber(fixedMs) ? fixedMs : null,
    steadyMs: isNumber(steadyMs) ? steadyMs : 0,
  }
}

function readScheduled(value: unknown): Scheduled | null {
  if (!isRecord(value)) return null
  const { action: name, atUs, backMs } = value
  const action = TRANSPORT_ACTIONS.find((known) => known === name)
  return action && isNumber(atUs) && isNumber(backMs) ? { action, atUs, backMs } : null
}
