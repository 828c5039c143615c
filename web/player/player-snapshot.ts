import type { RungName } from '../../src/shared/rungs.ts'
import type { AudioConfig, SourceState } from '../../src/shared/wire/control.ts'
import type { DriftFeedback, Role } from '../../src/shared/wire/room-messages.ts'
import type { LostWhy } from '../network/messages.ts'
import type { Obstacle } from './capability.ts'
import type { OutputsSnapshot } from './output/output-devices.ts'
import type { Stats } from './stats.ts'

/** What the page shows of its room beyond `stats().sync`. */
export interface RoomSnapshot {
  /** What the page's address asks to be. */
  asked: Role
  /** What the server would not do, in its words. */
  refusal: string | undefined
  /** For controllers: who is out of step. */
  feedback: DriftFeedback[]
  testClick: boolean
}

/** Everything the page shows, ten times a second. */
export interface PlayerSnapshot {
  stats: Stats
  /** Why listening is impossible here; known before anybody presses Listen. */
  obstacle: Obstacle | undefined
  source: AudioConfig['source'] | undefined
  /** The rungs there are, best first; undefined before the server has said so. */
  rungs: RungName[] | undefined
  sourceState: SourceState | undefined
  /** While reconnecting. `retryInS` is missing while the attempt is under way. */
  lost: { why: LostWhy; retryInS?: number } | undefined
  /** The browser holds it back until somebody touches the page. */
  soundBlocked: boolean
  /** The loudspeaker went away while it played. */
  outputLost: boolean
  /** The listener's own choice; a calibration or a rest of the room are not in it. */
  muted: boolean
  outputs: OutputsSnapshot
  /** With state failed: why the server does not let this page in, in its words. */
  denied?: string | undefined
  /** With state failed: 'refused' when page and server do not speak the same protocol, else what broke. */
  problem: string | undefined
  room: RoomSnapshot
}
