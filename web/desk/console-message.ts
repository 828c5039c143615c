// Checks of what `/ws/console` says: what a console or a dev panel relies on, and no more than a page can show.
import { CAPTURE_KINDS } from '../../src/shared/capture-messages.ts'
import { RUNG_NAMES } from '../../src/shared/rungs.ts'
import type {
  CaptureView,
  ConsoleListener,
  ConsoleMessage,
  MixView,
} from '../../src/shared/wire/console-messages.ts'
import { ROLES } from '../../src/shared/wire/room-messages.ts'
import { MODE_NAMES } from '../../src/shared/wire/room-names.ts'
import { isNumber, isRecord, readMessage } from '../network/checks.ts'

/** No source has more inputs. */
const MOST_CHANNELS = 32
const STATES = ['starting', 'running', 'restarting', 'stopped']
const STATUSES = ['active', 'slow', 'timeout', 'degraded']

/** See `readMessage`. */
export function readConsoleMessage(text: string): ConsoleMessage | 'unknown' | 'bad' {
  return readMessage<ConsoleMessage>(text, isGood)
}

function isGood(m: Record<string, unknown>): boolean | undefined {
  switch (m['type']) {
    case 'levels':
      return isNumbers(m['peak']) && isNumbers(m['rms']) && m['peak'].length === m['rms'].length
    case 'capture':
      return isCaptureView(m['capture'])
    case 'mix':
      return isMixView(m['mix'])
    case 'listeners':
      return Array.isArray(m['listeners']) && m['listeners'].every(isListener)
    default:
      return undefined
  }
}

export function isCaptureView(v: unknown): v is CaptureView {
  return (
    isRecord(v) &&
    isOneOf(STATES, v['state']) &&
    isText(v['message']) &&
    typeof v['wanted'] === 'boolean' &&
    isOneOf(CAPTURE_KINDS, v['capture']) &&
    isText(v['device']) &&
    typeof v['hasCommand'] === 'boolean' &&
    isNullOr(isSource, v['source']) &&
    isNullOr(isNumber, v['streamId']) &&
    isNumber(v['restarts']) &&
    isNullOr(isChild, v['child']) &&
    isNullOr((all) => Array.isArray(all) && all.every(isDevice), v['devices'])
  )
}

export function isMixView(v: unknown): v is MixView {
  return (
    isRecord(v) &&
    Array.isArray(v['strips']) &&
    v['strips'].length <= MOST_CHANNELS &&
    v['strips'].every(isStrip) &&
    Array.isArray(v['gains']) &&
    v['gains'].length === 2 &&
    v['gains'].every((row) => isNumbers(row)) &&
    typeof v['isOwn'] === 'boolean' &&
    Array.isArray(v['presets']) &&
    v['presets'].every(isText) &&
    isNullOr(isText, v['preset'])
  )
}

function isStrip(s: unknown): boolean {
  return (
    isRecord(s) &&
    isNumber(s['gainDb']) &&
    isNumber(s['pan']) &&
    typeof s['mute'] === 'boolean' &&
    typeof s['solo'] === 'boolean'
  )
}

function isSource(s: unknown): boolean {
  return (
    isRecord(s) &&
    isText(s['input']) &&
    isText(s['name']) &&
    isNumber(s['rateHz']) &&
    isNumber(s['channels']) &&
    s['channels'] <= MOST_CHANNELS &&
    isNumber(s['periodFrames']) &&
    Array.isArray(s['channelNames']) &&
    s['channelNames'].every(isText) &&
    (s['fallback'] === undefined || isText(s['fallback']))
  )
}

function isChild(c: unknown): boolean {
  return (
    isRecord(c) &&
    isNumber(c['pid']) &&
    isNumber(c['upSeconds']) &&
    isNullOr(isNumber, c['cpuPercent']) &&
    isNullOr(isNumber, c['rssMb']) &&
    isNullOr((all) => isRecord(all) && Object.values(all).every(isNumber), c['counters']) &&
    isNullOr(
      (i) =>
        isRecord(i) &&
        isNumbers(i['edgesMs'], 1000) &&
        isNumbers(i['counts'], 1000) &&
        i['counts'].length === i['edgesMs'].length + 1,
      c['intervals'],
    )
  )
}

function isDevice(d: unknown): boolean {
  return (
    isRecord(d) && isText(d['name']) && isNumber(d['channels']) && isNumber(d['rateHz']) && isText(d['api'])
  )
}

function isListener(l: unknown): l is ConsoleListener {
  return (
    isRecord(l) &&
    isText(l['session']) &&
    isOneOf(ROLES, l['role']) &&
    isOneOf(MODE_NAMES, l['mode']) &&
    isNullOr((status) => isOneOf(STATUSES, status), l['status']) &&
    isText(l['reason']) &&
    isOneOf(RUNG_NAMES, l['rung']) &&
    (l['wish'] === 'auto' || isOneOf(RUNG_NAMES, l['wish'])) &&
    typeof l['skipping'] === 'boolean' &&
    ['id', 'connectedSeconds', 'inFlightMs', 'deliveredKbps', 'packetsSkipped', 'episodes'].every((name) =>
      isNumber(l[name]),
    ) &&
    ['needMs', 'driftMs', 'targetMs', 'latenessMs'].every((name) => isNullOr(isNumber, l[name]))
  )
}

function isNumbers(value: unknown, most = MOST_CHANNELS): value is number[] {
  return Array.isArray(value) && value.length <= most && value.every(isNumber)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isOneOf(names: readonly string[], value: unknown): boolean {
  return isText(value) && names.includes(value)
}

function isNullOr(is: (value: unknown) => boolean, value: unknown): boolean {
  return value === null || is(value)
}
