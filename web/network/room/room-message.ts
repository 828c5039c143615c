// Checks of what the server tells the members of a room: what worker and page rely on, and no number that could lead a
// position or a time out of any bounds.
import type { RoomMessage, SyncStatus } from '../../../src/shared/wire/room-messages.ts'
import { ROLES } from '../../../src/shared/wire/room-messages.ts'
import { MODE_NAMES, TRANSPORT_ACTIONS } from '../../../src/shared/wire/room-names.ts'
import { isBetween, isNumber, isRecord } from '../checks.ts'

export const ROOM_TYPES: readonly RoomMessage['type'][] = [
  'sync_state',
  'sync_command',
  'segment',
  'drift_feedback',
]
const STATUSES: readonly SyncStatus[] = ['active', 'slow', 'timeout', 'degraded']
/** No room is further behind live, ms. */
const MOST_MS = 3_600_000
/** Frames: an hour of 192 kHz is less. */
const MOST_SHIFT = 2 ** 30
/** A year of 192 kHz, in frames, is less. */
const MOST_POSITION = 2 ** 43
/** Nearly three centuries, in µs: beyond it a number has no ones. */
const MOST_US = 2 ** 53

/** A message of one of ROOM_TYPES, as it should be. */
export function isRoomMessage(m: Record<string, unknown>): boolean {
  switch (m['type']) {
    case 'sync_state':
      return isSyncState(m)
    case 'sync_command':
      return (
        (m['mode'] === 'together' || m['mode'] === 'steady') &&
        isNumber(m['targetPosition']) &&
        isTime(m['serverUs']) &&
        isDelay(m['delay']) &&
        isBetween(m['groupDelayMs'], 0, MOST_MS)
      )
    case 'segment':
      return (
        isBetween(m['from'], 0, MOST_POSITION) &&
        Number.isInteger(m['from']) &&
        isBetween(m['shift'], 0, MOST_SHIFT) &&
        Number.isInteger(m['shift']) &&
        typeof m['muted'] === 'boolean'
      )
    case 'drift_feedback':
      return isNumber(m['listener']) && isNumber(m['driftMs']) && isStatus(m['status']) && isText(m['reason'])
    default:
      return false
  }
}

function isSyncState(m: Record<string, unknown>): boolean {
  const members = m['members']
  return (
    isText(m['session']) &&
    isNumber(m['revision']) &&
    isTime(m['serverUs']) &&
    isOneOf(MODE_NAMES, m['mode']) &&
    isOneOf(ROLES, m['role']) &&
    isNumber(m['streamId']) &&
    typeof m['playing'] === 'boolean' &&
    isBetween(m['backMs'], 0, Number.MAX_VALUE) &&
    isBetween(m['seekableMs'], 0, Number.MAX_VALUE) &&
    (m['scheduled'] === null || isScheduled(m['scheduled'])) &&
    (m['anchor'] === undefined || isAnchor(m['anchor'])) &&
    (m['delay'] === undefined || isDelay(m['delay'])) &&
    isStatus(m['status']) &&
    isText(m['reason']) &&
    isBetween(m['resyncMs'], 1, MOST_MS) &&
    isBetween(m['intervalMs'], 0, MOST_MS) &&
    isRecord(members) &&
    ['live', 'together', 'steady', 'slow', 'degraded'].every((name) => isNumber(members[name]))
  )
}

function isScheduled(s: unknown): boolean {
  return isRecord(s) && isOneOf(TRANSPORT_ACTIONS, s['action']) && isTime(s['atUs']) && isNumber(s['backMs'])
}

/** More than any line is ever moved. */
const MOST_SLEW_PPM = 5000

function isAnchor(a: unknown): boolean {
  return (
    isRecord(a) &&
    isBetween(a['position'], -MOST_POSITION, MOST_POSITION) &&
    isTime(a['captureUs']) &&
    isBetween(a['rateHz'], 4000, 400_000) &&
    (a['slewPpm'] === undefined || isBetween(a['slewPpm'], -MOST_SLEW_PPM, MOST_SLEW_PPM))
  )
}

function isDelay(d: unknown): boolean {
  return (
    isRecord(d) && isBetween(d['fromMs'], 0, MOST_MS) && isBetween(d['toMs'], 0, MOST_MS) && isTime(d['atUs'])
  )
}

function isTime(value: unknown): boolean {
  return isBetween(value, -MOST_US, MOST_US)
}

function isStatus(value: unknown): boolean {
  return isOneOf(STATUSES, value)
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isOneOf(names: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && names.includes(value)
}
