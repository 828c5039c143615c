// What `/ws/console` says to a console or a dev panel: text, JSON, from the server only. Each message is a whole state of its
// kind, so one that was left out because the page was slow is made good by the next.
import type {
  CaptureCounters,
  CaptureKind,
  GainMatrix,
  InputDevice,
  IntervalCounts,
  SourceInfo,
} from '../capture-messages.ts'
import type { Strip } from '../mix-strips.ts'
import type { RungName } from '../rungs.ts'
import type { Role, SyncStatus } from './room-messages.ts'
import type { Mode } from './room-names.ts'

export type { InputDevice, IntervalCounts }

/** How often levels are sent while the source runs, and everything else when nothing changes. */
export const LEVELS_MS = 50
export const OVERVIEW_MS = 1000

/** Since the message before, linear, full scale = 1, one entry per input channel. */
export interface ConsoleLevels {
  type: 'levels'
  peak: number[]
  rms: number[]
}

export interface CaptureView {
  /** stopped: by somebody (`wanted` is false), or given up. */
  state: 'starting' | 'running' | 'restarting' | 'stopped'
  /** A sentence for a person; empty when running. */
  message: string
  /** Somebody wants it to run. */
  wanted: boolean
  /** What was chosen: kind of source, and part of a device's name. */
  capture: CaptureKind
  device: string
  /** The server was started with a command, which may be chosen too. */
  hasCommand: boolean
  /** null: nothing has played yet. */
  source: SourceInfo | null
  streamId: number | null
  restarts: number
  /** Of the child that runs, since it started; null: none does. */
  child: {
    pid: number
    upSeconds: number
    cpuPercent: number | null
    rssMb: number | null
    counters: CaptureCounters | null
    intervals: IntervalCounts | null
  } | null
  /** Inputs that were there when somebody looked last; null: nobody has, or it can not be told. */
  devices: InputDevice[] | null
}

export interface ConsoleCapture {
  type: 'capture'
  capture: CaptureView
}

export interface MixView {
  strips: Strip[]
  gains: GainMatrix
  /** The source mixes itself, and nobody has set anything. */
  isOwn: boolean
  presets: string[]
  /** The preset that is set, as long as nothing was changed since. */
  preset: string | null
}

export interface ConsoleMix {
  type: 'mix'
  mix: MixView
}

/** One listener of any session. Counts are of this connection. */
export interface ConsoleListener {
  id: number
  session: string
  role: Role
  mode: Mode
  /** null: listens live. */
  status: SyncStatus | null
  reason: string
  /** From the instrument to the ear as its page says; null: it has not said. */
  needMs: number | null
  driftMs: number | null
  connectedSeconds: number
  rung: RungName
  wish: RungName | 'auto'
  inFlightMs: number
  deliveredKbps: number
  skipping: boolean
  packetsSkipped: number
  targetMs: number | null
  latenessMs: number | null
  episodes: number
}

export interface ConsoleListeners {
  type: 'listeners'
  listeners: ConsoleListener[]
}

export type ConsoleMessage = ConsoleLevels | ConsoleCapture | ConsoleMix | ConsoleListeners
