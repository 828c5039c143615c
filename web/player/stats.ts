import type { ControlBlock, Slot } from '../../src/shared/ring/control-block.ts'
import type { LatencyMs } from './latency-meter.ts'

export type PlayerState = 'idle' | 'connecting' | 'buffering' | 'playing' | 'reconnecting' | 'failed'

/** What `window.backline.stats()` returns. null: not known (yet, or in this browser). */
export interface Stats {
  state: PlayerState
  mode: 'live'
  rung: 'pcm16'
  streamId: number | null
  /** Mean of the last 10 s. */
  latencyMs: LatencyMs
  /** Delay the playout aims at, device burst included. */
  targetMs: number | null
  /** Delay it has: behind what could be playing now. */
  bufferMs: number | null
  /** Rate correction. */
  ppm: number | null
  underruns: { episodes: number; concealedMs: number }
  /** Jumps of the playout position. */
  resyncs: number
  /** Server clock minus local time (performance.timeOrigin + performance.now()). */
  clock: { offsetMs: number | null; errorMs: number | null }
  packets: { received: number; late: number; missing: number }
  /** underruns: the device's own, where the browser counts them. */
  device: { baseLatencyMs: number | null; outputLatencyMs: number | null; underruns: number | null }
}

/** What an AudioContext knows about its device. */
export interface DeviceFigures {
  baseLatency?: number | undefined
  outputLatency?: number | undefined
  playbackStats?: { underrunEvents?: number | undefined } | undefined
}

export interface StatsInput {
  state: PlayerState
  control: ControlBlock | undefined
  device: DeviceFigures | undefined
  stream: { streamId: number; rateHz: number } | undefined
  latency?: LatencyMs | undefined
}

const UNKNOWN_LATENCY: LatencyMs = {
  capture: null,
  network: null,
  buffer: null,
  output: null,
  total: null,
  errorMs: null,
}

/** Any time, on the page. Reads counters; changes nothing. */
export function readStats({ state, control, device, stream, latency }: StatsInput): Stats {
  const count = (slot: Slot) => control?.get(slot) ?? 0
  const playing = control !== undefined && stream !== undefined && control.get('playing') === 1
  const framesMs = (slot: Slot) => (stream && control ? (control.get(slot) / stream.rateHz) * 1000 : null)
  const baseLatencyMs = milliseconds(device?.baseLatency)
  // 0 is what browsers say that do not know it.
  const outputLatencyMs = milliseconds(device?.outputLatency || undefined)
  return {
    state,
    mode: 'live',
    rung: 'pcm16',
    streamId: stream?.streamId ?? null,
    latencyMs: (playing ? latency : undefined) ?? UNKNOWN_LATENCY,
    targetMs: playing ? framesMs('targetFrames') : null,
    bufferMs: playing ? framesMs('delayFrames') : null,
    ppm: playing ? control.get('ppm') : null,
    underruns: {
      episodes: count('underrunEpisodes') + count('episodesBefore'),
      concealedMs: (framesMs('concealedFrames') ?? 0) + (framesMs('concealedFramesBefore') ?? 0),
    },
    resyncs: count('resyncs') + count('resyncsBefore'),
    clock: {
      offsetMs: control && stream ? known(control.get('clockOffsetMs')) : null,
      errorMs: control && stream ? known(control.get('clockErrorMs')) : null,
    },
    packets: {
      received: count('packetsReceived'),
      late: count('packetsLate'),
      missing: count('packetsMissing'),
    },
    device: {
      baseLatencyMs,
      outputLatencyMs,
      underruns: known(device?.playbackStats?.underrunEvents ?? Number.NaN),
    },
  }
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function milliseconds(seconds: number | undefined): number | null {
  return seconds === undefined ? null : known(seconds * 1000)
}
