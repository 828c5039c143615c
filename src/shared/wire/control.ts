// Control messages: JSON text on the same WebSocket as the audio. The first message of a connection is
// `audio_config`; it comes again whenever something in it changes. Times in µs are the server clock.
//
// Compatibility: a receiver ignores fields and server message types it does not know; the server answers
// a client message it does not know with `error`. PROTOCOL_VERSION changes when an old page would fail.
import type { RungName } from '../rungs.ts'
import type { ClientMessage, Receipt, SetQuality } from './client-schema.ts'
import type { RoomMessage } from './room-messages.ts'

export type { ClientMessage, Receipt, SetQuality }

export const PROTOCOL_VERSION = 2
/** How often a listener sends a receipt, ms, whether or not anything came. */
export const RECEIPT_MS = 100
/** A listener that has sent nothing for so long is closed with CLOSE.silent. */
export const SILENT_MS = 5000
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
  /** The number of this listener, by which the API knows it. */
  listener?: number
  streamId: number
  /** What this listener gets from now on; each packet says its codec. Comes again when it changes. */
  rung: RungName
  /** What there is, best first. */
  rungs: RungName[]
  rateHz: number
  channels: number
  /** Frames per block of the source, and per packet of PCM. */
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

/**
 * To who measures, before the audio: the marker of a measurement begins at this position of the stream. The page looks for it
 * in what it puts out.
 */
export interface MarkerNotice {
  type: 'marker'
  streamId: number
  position: number
}

/** What the server thinks of this listener's link, every LINK_STATE_MS. */
export interface LinkState {
  type: 'link_state'
  rung: RungName
  /** What was asked for. */
  wish: RungName | 'auto'
  /** Sent and not yet in a receipt, less what the way itself takes, ms of audio. */
  inFlightMs: number
  /** Audio is being left out because too much is in flight. */
  skipping: boolean
  packetsSent: number
  packetsSkipped: number
  /** Of rungs, since this listener came. */
  switches: number
  /** Packets per message. */
  batch: number
}
export const LINK_STATE_MS = 500

/** The last two: a message that is well-formed, of somebody who may not, or for something that can not be done. */
export type ControlErrorReason =
  | 'not-json'
  | 'bad-message'
  | 'too-long'
  | 'binary'
  | 'forbidden'
  | 'bad-transport'

export interface ControlError {
  type: 'error'
  reason: ControlErrorReason
  message: string
}

export type ServerMessage =
  | AudioConfig
  | SourceState
  | TimeSyncReply
  | LinkState
  | MarkerNotice
  | ControlError
  | RoomMessage

/** WebSocket close codes beyond the standard ones. */
export const CLOSE = {
  /** The listener sent too many bad messages. */
  protocol: 4400,
  /** More messages than are heard; come back. */
  tooMany: 4429,
  /** A console from another computer, without the key. */
  forbidden: 4403,
  /** The session has been ended, and does not come back. */
  gone: 4404,
  /** The listener sent nothing for SILENT_MS. */
  silent: 4408,
  /** The server has as many listeners as it may. */
  full: 4503,
  /** The server is shutting down; come back. */
  restarting: 1012,
} as const
