// What the server's thread and the Opus worker tell each other. The audio itself goes through `pcm-ring.ts`.
import type { OpusRung } from '../../../shared/rungs.ts'

/** What has to be known of a stream of PCM packets. */
export interface StreamShape {
  streamId: number
  rateHz: number
  /** Frames of its longest packet. */
  periodFrames: number
}

export type ToOpusWorker =
  | { kind: 'begin'; stream: StreamShape; memory: SharedArrayBuffer }
  | { kind: 'end' }
  /** `id` names this opening of the rung: it is in its packets, and closes it. */
  | { kind: 'open'; id: number; rung: OpusRung }
  | { kind: 'close'; id: number }
  /** Packets wait in the ring. */
  | { kind: 'pcm' }

export type FromOpusWorker =
  | { kind: 'ready' }
  /** Opus packets (wire/packet.ts) back to back. Their `sequence` is the opening's id: the server counts, and writes it. */
  | { kind: 'packets'; bytes: ArrayBuffer }
