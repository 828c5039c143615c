import type { ControlBlock, Slot } from '../../src/shared/ring/control-block.ts'

export type PlayerState = 'idle' | 'connecting' | 'buffering' | 'playing' | 'reconnecting' | 'failed'

/** What `window.backline.stats()` returns. null: not known (yet, or in this browser). */
export interface Stats {
  state: PlayerState
  mode: 'live'
  rung: 'pcm16'
  streamId: number | null
  /**
   * From the instrument's converter to the loudspeaker. capture: block, mixing, packet. network: half the least
   * round trip. output: what the browser reports of itself and the device (only its own part when
   * device.outputLatencyMs is null). buffer: the rest, so the four add up to total.
   */
  latencyMs: {
    capture: number | null
    network: number | null
    buffer: number | null
    output: number | null
    total: number | null
  }
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
}

/** Any time, on the page. Reads counters; changes nothing. */
export function readStats({ state, control, device, stream }: StatsInput): Stats {
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
    latencyMs: latency(
      playing ? control : undefined,
      stream?.rateHz ?? 0,
      addKnown(baseLatencyMs, outputLatencyMs),
    ),
    targetMs: playing ? framesMs('targetFrames') : null,
    bufferMs: playing ? framesMs('delayFrames') : null,
    ppm: playing ? control.get('ppm') : null,
    underruns: { episodes: count('underrunEpisodes'), concealedMs: framesMs('concealedFrames') ?? 0 },
    resyncs: count('resyncs'),
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

/** Output is added to the moment a position leaves the worklet, which is when the slot was written. */
function latency(
  control: ControlBlock | undefined,
  rateHz: number,
  output: number | null,
): Stats['latencyMs'] {
  const none = { capture: null, network: null, buffer: null, output, total: null }
  if (!control) return none
  const capture = known(control.get('captureMs'))
  const network = known(control.get('networkMs'))
  if (capture === null || network === null || output === null) return { ...none, capture, network }
  const sinceAnchor = control.get('playPosition') - control.get('captureAnchorPosition')
  const capturedMs = control.get('captureAnchorMs') + (sinceAnchor / rateHz) * 1000
  const total = known(control.get('playMs') + output - capturedMs)
  if (total === null) return { ...none, capture, network }
  return { capture, network, buffer: total - capture - network - output, output, total }
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function milliseconds(seconds: number | undefined): number | null {
  return seconds === undefined ? null : known(seconds * 1000)
}

function addKnown(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0)
}
