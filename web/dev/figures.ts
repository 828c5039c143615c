import type { Stats } from '../player/stats.ts'

/** A figure as a row of a table. */
export interface Figure {
  /** Where it is in `stats()`. */
  path: string
  name: string
  /** With its unit; '–': not known. */
  value: string
  /** What it includes. */
  about: string
}

export interface FigureGroup {
  name: string
  figures: Figure[]
}

type Row = [path: string, name: string, value: string, about: string]

const UNKNOWN = '–'

/** Every figure there is, in tables. Pure. */
export function figureGroups(stats: Stats): FigureGroup[] {
  return [
    group('Delay', delayRows(stats)),
    group('Stream', streamRows(stats)),
    group('Link', linkRows(stats)),
    group('Counters', counterRows(stats)),
    group('Clock', clockRows(stats)),
    group('Device', deviceRows(stats)),
    group('Room', roomRows(stats)),
  ]
}

function delayRows({ latencyMs, targetMs, bufferMs }: Stats): Row[] {
  return [
    ['latencyMs.total', 'Total', ms(latencyMs.total), 'From the instrument to the ear, mean of 10 s'],
    ['latencyMs.capture', 'Capture', ms(latencyMs.capture), 'Block, mix and packet'],
    ['latencyMs.network', 'Network', ms(latencyMs.network), 'Half of the least round trip of late'],
    ['latencyMs.buffer', 'Buffer', ms(latencyMs.buffer), 'Waiting in the ring until it is played'],
    ['latencyMs.output', 'Output', ms(latencyMs.output), 'From the worklet to the loudspeaker'],
    ['latencyMs.errorMs', 'Total, error', plusMinus(latencyMs.errorMs), 'How far off the total may be'],
    ['targetMs', 'Target', ms(targetMs), 'Playout delay aimed at, device burst included'],
    ['bufferMs', 'Playout delay', ms(bufferMs), 'Behind what could be playing now'],
  ]
}

function streamRows({ state, mode, rung, streamId, rateHz, ppm, decoder }: Stats): Row[] {
  return [
    ['state', 'State', state, 'Of this page’s listening'],
    ['mode', 'Mode', mode, 'As chosen'],
    ['rung', 'Rung', rung ?? UNKNOWN, 'How the sound is sent just now'],
    ['streamId', 'Stream', count(streamId), 'Its number: a source that restarts is another one'],
    ['rateHz', 'Sample rate', withUnit(rateHz, 'Hz', 0), 'Of the stream'],
    ['ppm', 'Rate correction', withUnit(ppm, 'ppm', 1), 'Playing faster than the stream’s own rate'],
    ['decoder.ready', 'Opus decoder', decoder.ready ? 'ready' : 'not loaded', 'Loaded once something plays'],
    ['decoder.errors', 'Decoder errors', count(decoder.errors), 'Packets not decoded, and failed loads'],
    ['decoder.queued', 'Decoder queue', packets(decoder.queued), 'Packets that wait for it to be loaded'],
    ['decoder.dropped', 'Decoder dropped', packets(decoder.dropped), 'Packets that waited in vain'],
  ]
}

function linkRows({ link, lateness }: Stats): Row[] {
  const { lastMs, beforeMs, windows } = lateness
  return [
    ['link.wish', 'Wish', link.wish, 'What was asked for last, here or through the server'],
    [
      'link.inFlightMs',
      'In flight',
      ms(link.inFlightMs),
      'Sent and not yet here, less what the way itself takes',
    ],
    [
      'link.deliveredKbps',
      'Delivered',
      withUnit(link.deliveredKbps, 'kbit/s', 0),
      'Over the socket, last second',
    ],
    ['link.batch', 'Packets per message', count(link.batch), 'As the server sends them'],
    ['link.skipping', 'Leaving audio out', link.skipping ? 'yes' : 'no', 'Because too much is on its way'],
    ['link.packetsSkipped', 'Left out', packets(link.packetsSkipped), 'By the server, on this connection'],
    ['link.switches', 'Changes of rung', count(link.switches), 'On this connection'],
    [
      'link.gapsAnnounced',
      'Holes announced',
      count(link.gapsAnnounced),
      'Audio the source lost, or that was left out',
    ],
    [
      'lateness.lastMs',
      'Lateness',
      ms(lastMs),
      'The worst packet between the last two receipts, behind the media line',
    ],
    ['lateness.beforeMs', 'Lateness before', ms(beforeMs), 'The same of the time before'],
    ['lateness.windows', 'Receipts', count(windows), 'Ten a second'],
  ]
}

function counterRows({ underruns, resyncs, packets: came }: Stats): Row[] {
  return [
    [
      'underruns.episodes',
      'Underruns',
      count(underruns.episodes),
      'Episodes: gaps less than 50 ms apart are one',
    ],
    [
      'underruns.concealedMs',
      'Concealed',
      ms(underruns.concealedMs),
      'What was played in place of missing audio',
    ],
    ['resyncs', 'Resyncs', count(resyncs), 'Jumps of the playing position'],
    ['packets.received', 'Received', packets(came.received), 'Of this listening'],
    ['packets.late', 'Late', packets(came.late), 'Came after their time'],
    ['packets.missing', 'Missing', packets(came.missing), 'Never came'],
  ]
}

function clockRows({ clock, sync }: Stats): Row[] {
  return [
    ['clock.offsetMs', 'Offset', ms(clock.offsetMs), 'Server clock minus the browser’s'],
    ['clock.errorMs', 'Error', plusMinus(clock.errorMs), 'Half of the round trip the offset was taken from'],
    ['clock.rttMs', 'Round trip', ms(clock.rttMs, 2), 'The least of late'],
    [
      'sync.serverNowMs',
      'Server time',
      ms(sync.serverNowMs, 0),
      'Since the server’s clock began, as known here',
    ],
  ]
}

function deviceRows({ device }: Stats): Row[] {
  return [
    [
      'device.baseLatencyMs',
      'Base latency',
      ms(device.baseLatencyMs),
      'The browser’s own part, as it reports it',
    ],
    [
      'device.outputLatencyMs',
      'Output latency',
      ms(device.outputLatencyMs),
      'The device’s, as the browser reports it',
    ],
    ['device.burstMs', 'Burst', ms(device.burstMs), 'What it takes at once: the least the target can be'],
    [
      'device.underruns',
      'Device underruns',
      count(device.underruns),
      'The browser was too late for the device, where it counts',
    ],
  ]
}

function roomRows({ sync }: Stats): Row[] {
  const { members, scheduled } = sync
  const here = members && `${members.live} live, ${members.together} together, ${members.steady} steady`
  return [
    ['sync.session', 'Room', sync.session ?? UNKNOWN, 'Which one this page is in'],
    ['sync.role', 'Role', sync.role ?? UNKNOWN, 'What the server lets this page do'],
    ['sync.status', 'Status', sync.status ?? UNKNOWN, 'How this listener stands to the others'],
    ['sync.reason', 'Reason', sync.reason || UNKNOWN, 'In the server’s words'],
    ['sync.locked', 'In step', sync.locked ? 'yes' : 'no', 'Within a millisecond of the room'],
    ['sync.groupDelayMs', 'Group delay', ms(sync.groupDelayMs), 'From the instrument to everybody’s ears'],
    ['sync.needMs', 'Need', ms(sync.needMs), 'What this listener could do at its best'],
    ['sync.driftMs', 'Drift', ms(sync.driftMs, 2), 'How much later than the room this plays'],
    ['sync.outputLeadMs', 'Output lead', ms(sync.outputLeadMs), 'From leaving the worklet to being heard'],
    [
      'sync.outputLeadFrom',
      'Lead known from',
      sync.outputLeadFrom ?? UNKNOWN,
      'Timestamps, reports, or a guess',
    ],
    ['sync.trimMs', 'Trim', ms(sync.trimMs), 'Set for this output by a person or a calibration'],
    ['sync.heldMs', 'Held', ms(sync.heldMs, 0), 'Audio ready beyond the ring'],
    ['sync.members', 'Members', here ?? UNKNOWN, 'Who is in the room'],
    ['sync.playing', 'Playing', yesNo(sync.playing), 'Whether those who follow the room hear something'],
    ['sync.backMs', 'Behind live', ms(sync.backMs, 0), 'How far the room went back'],
    ['sync.seekableMs', 'Can go back', ms(sync.seekableMs, 0), 'At most'],
    ['sync.scheduled', 'Scheduled', scheduled?.action ?? UNKNOWN, 'A change of the transport still to come'],
  ]
}

function group(name: string, rows: Row[]): FigureGroup {
  return { name, figures: rows.map(([path, label, value, about]) => ({ path, name: label, value, about })) }
}

/** As it is printed; '–': not known. */
export function withUnit(value: number | null, unit: string, digits: number): string {
  return value === null ? UNKNOWN : `${signed(value.toFixed(digits))} ${unit}`
}

/** Milliseconds, or that they are not known. */
export function ms(value: number | null, digits = 1): string {
  return withUnit(value, 'ms', digits)
}

function plusMinus(value: number | null): string {
  return value === null ? UNKNOWN : `± ${value.toFixed(2)} ms`
}

function count(value: number | null): string {
  return value === null ? UNKNOWN : String(value)
}

function packets(value: number): string {
  return value === 1 ? '1 packet' : `${value} packets`
}

function yesNo(value: boolean | null): string {
  return value === null ? UNKNOWN : value ? 'yes' : 'no'
}

/** A minus as it is printed, and none before what is 0. */
function signed(digits: string): string {
  return Number(digits) === 0 ? digits.replace('-', '') : digits.replace('-', '−')
}
