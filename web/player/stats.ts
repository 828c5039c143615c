import type { ControlBlock, Slot } from '../../src/shared/ring/control-block.ts'
import type { RungName } from '../../src/shared/rungs.ts'
import type { LinkState } from '../../src/shared/wire/control.ts'
import type { SyncState } from '../../src/shared/wire/room-messages.ts'
import type { Mode } from '../../src/shared/wire/room-names.ts'
import type { RungWish } from '../network/messages.ts'
import { type LatencyMs, UNKNOWN_LATENCY } from './output/latency-meter.ts'
import type { DeviceFigures } from './output/output-figures.ts'
import type { LeadSource } from './output/output-lead.ts'
import { readSync, type SyncStats } from './sync-stats.ts'

export type PlayerState = 'idle' | 'connecting' | 'buffering' | 'playing' | 'reconnecting' | 'failed'

/** What `window.backline.stats()` returns. null: not known (yet, or in this browser). */
export interface Stats {
  state: PlayerState
  /** As chosen: by oneself, or with others. */
  mode: Mode
  sync: SyncStats
  /** How the sound is sent just now. */
  rung: RungName | null
  streamId: number | null
  /** Of the stream. */
  rateHz: number | null
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
  /** Server clock minus local time (the network worker's). rttMs: the least round trip of late. */
  clock: { offsetMs: number | null; errorMs: number | null; rttMs: number | null }
  packets: { received: number; late: number; missing: number }
  /**
   * The worst of the packets between two receipts (10 a second), behind the media line: of the last time, and of the time
   * before, for who looks less often; `windows` counts them.
   */
  lateness: { lastMs: number | null; beforeMs: number | null; windows: number }
  /** The server's view of this listener, and the rate at which bytes come. All of this connection, except the wish. */
  link: {
    /** What was asked for last, on this page or through the server. */
    wish: RungWish
    /** Sent and not yet here, less what the way itself takes. */
    inFlightMs: number | null
    /** The server leaves audio out, because too much is on its way. */
    skipping: boolean
    packetsSkipped: number
    /** Changes of rung. */
    switches: number
    /** Packets per message. */
    batch: number | null
    deliveredKbps: number | null
    /** Holes the server told of: the source lost that audio, or it was left out. What else is missing went with a connection. */
    gapsAnnounced: number
  }
  /** Opus. queued, dropped: packets that came before it was loaded. */
  decoder: { ready: boolean; errors: number; queued: number; dropped: number }
  /** burstMs: what it takes at once, the least the target can be. underruns: its own, where the browser counts them. */
  device: {
    baseLatencyMs: number | null
    outputLatencyMs: number | null
    burstMs: number | null
    underruns: number | null
  }
}

export interface StatsInput {
  state: PlayerState
  control: ControlBlock | undefined
  device: DeviceFigures | undefined
  stream: { streamId: number; rateHz: number } | undefined
  latency?: LatencyMs | undefined
  rung?: RungName | undefined
  wish?: RungWish | undefined
  linkState?: LinkState | undefined
  mode?: Mode | undefined
  room?: SyncState | undefined
  serverNowMs?: number | undefined
  leadFrom?: LeadSource | undefined
}

/** Any time, on the page. Reads counters; changes nothing. */
export function readStats(input: StatsInput): Stats {
  const { state, control, device, stream, latency, linkState } = input
  const count = (slot: Slot) => control?.get(slot) ?? 0
  const playing = control !== undefined && stream !== undefined && control.get('playing') === 1
  const framesMs = (slot: Slot) => (stream && control ? (control.get(slot) / stream.rateHz) * 1000 : null)
  const baseLatencyMs = milliseconds(device?.baseLatency)
  // 0 is what browsers say that do not know it.
  const outputLatencyMs = milliseconds(device?.outputLatency || undefined)
  return {
    state,
    mode: input.mode ?? 'live',
    sync: readSync({
      control,
      state: input.room,
      serverNowMs: input.serverNowMs,
      leadFrom: input.leadFrom,
      rateHz: stream?.rateHz,
    }),
    rung: input.rung ?? null,
    streamId: stream?.streamId ?? null,
    rateHz: stream?.rateHz ?? null,
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
      rttMs: control && stream ? known(2 * control.get('networkMs')) : null,
    },
    packets: {
      received: count('packetsReceived'),
      late: count('packetsLate'),
      missing: count('packetsMissing'),
    },
    lateness: {
      lastMs: count('latenessWindows') > 0 ? count('latenessMs') : null,
      beforeMs: count('latenessWindows') > 1 ? count('latenessBeforeMs') : null,
      windows: count('latenessWindows'),
    },
    link: {
      wish: input.wish ?? 'auto',
      inFlightMs: linkState?.inFlightMs ?? null,
      skipping: linkState?.skipping ?? false,
      packetsSkipped: linkState?.packetsSkipped ?? 0,
      switches: linkState?.switches ?? 0,
      batch: linkState?.batch ?? null,
      deliveredKbps: control && stream ? known(control.get('deliveredKbps')) : null,
      gapsAnnounced: count('gapsAnnounced'),
    },
    decoder: {
      ready: count('decoderReady') === 1,
      errors: count('decoderErrors'),
      queued: count('decoderQueued'),
      dropped: count('decoderDropped'),
    },
    device: {
      baseLatencyMs,
      outputLatencyMs,
      burstMs: playing ? framesMs('burstFrames') : null,
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
