// What the server tells the members of a room. Times in µs are the server clock. Every control message also carries
// `hrtime`, nanoseconds since the server process started, as text.
import type { DelaySchedule } from '../room/delay-schedule.ts'
import type { CaptureAnchor } from '../room/room-axis.ts'
import type { Segment } from '../room/segments.ts'
import type { Mode } from './room-names.ts'

export const ROLES = ['listener', 'controller', 'engineer'] as const
export type Role = (typeof ROLES)[number]

/**
 * active: in step. slow: needs more delay than the room gives, or drifts. timeout: says nothing. degraded: set aside,
 * because it has been slow for too long: its page mutes itself until the server takes it back.
 */
export type SyncStatus = 'active' | 'slow' | 'timeout' | 'degraded'

/** A change of the transport that is still to come. */
export interface Scheduled {
  action: 'play' | 'pause' | 'seek' | 'live'
  /** When it is heard. */
  atUs: number
  /** With seek and play: how far behind live it will be, ms. */
  backMs: number
}

/**
 * The state of the room as this listener is to play it: at once on every change, else every `intervalMs`. With mode live
 * there is no line to follow: `anchor` and `delay` are then absent.
 */
export interface SyncState {
  type: 'sync_state'
  session: string
  /** Grows with every change of the transport, the mode or the delay. */
  revision: number
  /** When this was made. */
  serverUs: number
  hrtime?: string
  mode: Mode
  role: Role
  streamId: number
  playing: boolean
  /** How far behind live the room is, ms; 0: live. */
  backMs: number
  /** How far back a seek can go at present, ms. */
  seekableMs: number
  scheduled: Scheduled | null
  /** Of this listener's group; absent with mode live, and before the first packet. */
  anchor?: CaptureAnchor
  delay?: DelaySchedule
  /** This listener. */
  status: SyncStatus
  /** Why, for a person; empty when active. */
  reason: string
  /** Beyond this it is to jump rather than bend, ms. */
  resyncMs: number
  intervalMs: number
  /** Of all groups; `timeout`: undefined where it is not counted. */
  members: {
    live: number
    together: number
    steady: number
    slow: number
    degraded: number
    timeout?: number
  }
}

/** The delay of the group is about to be moved, at least a second ahead. */
export interface SyncCommand {
  type: 'sync_command'
  mode: 'together' | 'steady'
  /** Room position that is heard when the move begins. */
  targetPosition: number
  /** When it begins. */
  serverUs: number
  delay: DelaySchedule
  groupDelayMs: number
  /** Who needs most among those who are obeyed; null: nobody, it is a setting. */
  slowest: { id: number; latencyMs: number } | null
}

/**
 * In order with the audio: the packets that follow are of this segment. What the listener holds of the axis from `from` on is
 * not to be played any more.
 */
export interface SegmentMessage extends Segment {
  type: 'segment'
}

/**
 * To controllers: a listener has left the room's line by more than is tolerated, or has changed its status; active, too, when
 * it leaves the group.
 */
export interface DriftFeedback {
  type: 'drift_feedback'
  listener: number
  driftMs: number
  status: SyncStatus
  reason: string
}

export type RoomMessage = SyncState | SyncCommand | SegmentMessage | DriftFeedback
