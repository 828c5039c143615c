import type { SourceInfo } from '../../shared/capture-messages.ts'
import type { SourceState } from '../../shared/wire/control.ts'
import type { Levels } from '../capture-supervisor.ts'

/** What is known of the source at this moment. */
export interface SourceStatus {
  state: SourceState['state']
  /** A sentence for a person; empty when running. */
  message: string
  /** Since when nothing plays, monotonic; undefined: it plays. */
  quietSinceMs: number | undefined
  streamId: number | undefined
  /** The last source that was ready, also while it is down. */
  info: SourceInfo | undefined
  /** The last levels of the running source. */
  levels: Levels | undefined
  /** Where the stream is: this position was captured at `captureUs`. Undefined before its first block. */
  anchor: { position: number; captureUs: number } | undefined
}

export function initialStatus(nowMs: number): SourceStatus {
  return {
    state: 'starting',
    message: 'The instrument is being opened.',
    quietSinceMs: nowMs,
    streamId: undefined,
    info: undefined,
    levels: undefined,
    anchor: undefined,
  }
}
