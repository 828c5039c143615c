import { isRungName } from '../../src/shared/rungs.ts'
import type { ServerMessage } from '../../src/shared/wire/control.ts'
import { isBetween, isNumber, isRecord, readMessage } from './checks.ts'
import { isRoomMessage, ROOM_TYPES } from './room/room-message.ts'

const TYPES = [
  'audio_config',
  'source_state',
  'time_sync_batch',
  'link_state',
  'marker',
  'error',
  ...ROOM_TYPES,
]

/** A control message, checked for what the worker and the page rely on. See `readMessage`. */
export function readServerMessage(text: string): ServerMessage | 'unknown' | 'bad' {
  return readMessage<ServerMessage>(text, (m) =>
    TYPES.includes(m['type'] as string) ? isWellFormed(m) : undefined,
  )
}

function isWellFormed(m: Record<string, unknown>): boolean {
  switch (m['type']) {
    case 'audio_config': {
      const source = m['source']
      return (
        isNumber(m['protocol']) &&
        isNumber(m['streamId']) &&
        isNumber(m['channels']) &&
        Number.isInteger(m['rateHz']) &&
        isBetween(m['rateHz'], 8000, 192_000) &&
        isBetween(m['packetFrames'], 1, 65_535) &&
        isRungName(m['rung']) &&
        Array.isArray(m['rungs']) &&
        m['rungs'].every(isRungName) &&
        isRecord(source) &&
        typeof source['name'] === 'string' &&
        typeof source['input'] === 'string' &&
        (source['fallback'] === undefined || typeof source['fallback'] === 'string')
      )
    }
    case 'source_state':
      return typeof m['state'] === 'string' && typeof m['message'] === 'string'
    case 'time_sync_batch': {
      const samples = m['samples']
      return Array.isArray(samples) && samples.every(isTimeSample)
    }
    case 'link_state':
      return (
        isRungName(m['rung']) &&
        (m['wish'] === 'auto' || isRungName(m['wish'])) &&
        isNumber(m['inFlightMs']) &&
        typeof m['skipping'] === 'boolean' &&
        ['packetsSent', 'packetsSkipped', 'switches', 'batch'].every((name) => isNumber(m[name]))
      )
    case 'marker':
      return isNumber(m['streamId']) && Number.isSafeInteger(m['position']) && Number(m['position']) >= 0
    case 'error':
      return typeof m['message'] === 'string'
    default:
      return isRoomMessage(m)
  }
}

function isTimeSample(s: unknown): boolean {
  return isRecord(s) && isNumber(s['id']) && isNumber(s['serverReceivedUs']) && isNumber(s['serverSentUs'])
}
