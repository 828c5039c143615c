// Control messages: JSON text on the same WebSocket as the audio. The first message of a connection is
// `audio_config`; it comes again whenever something in it changes. Times in µs are the server clock.
//
// Compatibility: a receiver ignores fields and server message types it does not know; the server answers
// a client message it does not know with `error`. PROTOCOL_VERSION changes when an old page would fail.
import type { ClientMessage } from './client-schema.ts'

export type { ClientMessage }

export const PROTOCOL_VERSION = 1
/** No control message a client may send is longer. */
export const MAX_CONTROL_BYTES = 4096

export interface TimeSyncReply {
  type: 'time_sync_batch'
  samples: { id: number; clientSentMs: number; serverReceivedUs: number; serverSentUs: number }[]
}

export interface AudioConfig {
  type: 'audio_config'
  protocol: number
  serverVersion: string
  session: string
  streamId: number
  codec: 'pcm16'
  rateHz: number
  channels: number
  packetFrames: number
  /** Anchor: this position was captured at `captureUs`. */
  position: number
  captureUs: number
  source: { input: 'device' | 'command' | 'synth'; name: string; fallback?: string }
}

/** Sent on connection and on change: what the page says when there is, or is no, sound to send. */
export interface SourceState {
  type: 'source_state'
  state: 'starting' | 'running' | 'restarting' | 'stopped'
  /** A sentence for a person; empty when running. */
  message: string
}

export type ControlErrorReason = 'not-json' | 'bad-message' | 'too-long' | 'binary'

export interface ControlError {
  type: 'error'
  reason: ControlErrorReason
  message: string
}

export type ServerMessage = AudioConfig | SourceState | TimeSyncReply | ControlError

/** WebSocket close codes beyond the standard ones. */
export const CLOSE = {
  /** The listener sent too many bad messages. */
  protocol: 4400,
  /** The server has as many listeners as it may. */
  full: 4503,
  /** The server is shutting down; come back. */
  restarting: 1012,
} as const
