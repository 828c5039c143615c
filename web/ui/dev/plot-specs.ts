import type { EventKind } from '../../dev/events.ts'
import type { Track } from '../../dev/series.ts'

export interface LineSpec {
  track: Track
  name: string
  /** What it includes. */
  about: string
  color: string
  scale: 'ms' | 'ppm'
  digits: number
  /** Shown as its change. */
  change?: true
  dash?: number[]
}

export interface PlotSpec {
  name: string
  /** What the numbers beside it are. */
  units: string
  lines: readonly LineSpec[]
  /** Else from 0 upwards. */
  signed?: true
}

// On dark glass in either scheme. Lines differ in lightness, too, and the target is dashed.
export const SKY = '#7cc7ff'
export const LILAC = '#cdb6ff'
export const LEAF = '#8fd98a'
export const AMBER = '#ffc56b'
export const CORAL = '#ff8f7a'

export const PLOTS: readonly PlotSpec[] = [
  {
    name: 'Delay',
    units: 'ms',
    lines: [
      { ...line('totalMs', 'Total', LILAC), about: 'From the instrument to the ear, mean of 10 s' },
      { ...line('bufferMs', 'Playout delay', SKY), about: 'Behind what could be playing now' },
      { ...line('targetMs', 'Target', AMBER), about: 'What the playout aims at', dash: [6, 4] },
    ],
  },
  {
    name: 'Network',
    units: 'ms',
    lines: [
      { ...line('latenessMs', 'Lateness', CORAL), about: 'The worst packet of each 100 ms' },
      { ...line('inFlightMs', 'In flight', SKY), about: 'Sent and not yet here' },
      { ...line('rttMs', 'Round trip', LEAF), about: 'The least of late', digits: 2 },
    ],
  },
  {
    name: 'Clock',
    units: 'ppm left, ms right',
    signed: true,
    lines: [
      { ...line('ppm', 'Rate correction', AMBER), about: 'Playing faster than the stream', scale: 'ppm' },
      {
        ...line('offsetMs', 'Offset change', SKY),
        about: 'Server clock minus this one, since the left edge',
        digits: 2,
        change: true,
      },
      { ...line('driftMs', 'Room drift', LEAF), about: 'Later than the room', digits: 2 },
    ],
  },
]

function line(track: Track, name: string, color: string): Omit<LineSpec, 'about'> {
  return { track, name, color, scale: 'ms', digits: 1 }
}

export const UNIT = { ms: 'ms', ppm: 'ppm' } as const

/** The rows of the event lane, from the top, and what is in each. */
export const LANES: readonly { name: string; color: string; kinds: readonly EventKind[] }[] = [
  { name: 'Audio', color: CORAL, kinds: ['episode', 'resync', 'device'] },
  { name: 'Link', color: SKY, kinds: ['connection', 'hole', 'skipping', 'stream'] },
  { name: 'Choice', color: AMBER, kinds: ['rung', 'target', 'room'] },
]
