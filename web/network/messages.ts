// What page and network worker say to each other. Types only: both sides compile against this file.
import type { Profile } from '../../src/shared/playout/profile.ts'
import type { SampleRingMemory } from '../../src/shared/ring/sample-ring.ts'
import type { RungName } from '../../src/shared/rungs.ts'
import type {
  AudioConfig,
  ControlErrorReason,
  LinkState,
  SourceState,
} from '../../src/shared/wire/control.ts'
import type { DriftFeedback, Role, SyncState } from '../../src/shared/wire/room-messages.ts'
import type { Mode } from '../../src/shared/wire/room-names.ts'
import type { SetRoom, Transport } from '../../src/shared/wire/room-schema.ts'

/** A rung by hand, or as the server sees fit. */
export type RungWish = RungName | 'auto'

/** Which room, and as whom; what is not said is the server's to choose: live in the main session, as a listener. */
export interface RoomEntry {
  mode?: Mode | undefined
  session?: string | undefined
  role?: Role | undefined
  /** What proves the role from afar; '': nothing. */
  key?: string | undefined
}

export type ToWorker =
  | ({
      kind: 'open'
      url: string
      ring: SampleRingMemory
      control: SharedArrayBuffer
      /** Fixed target, device burst included; 0: the playout decides, by its profile. */
      targetMs: number
      profile: Profile
      wish: RungWish
      /** Where 'auto' begins. */
      startRung: RungName
      /** What the link delivered while the page came, bit/s; undefined: not known. */
      linkBps?: number | undefined
    } & RoomEntry)
  | { kind: 'rung'; wish: RungWish }
  | { kind: 'mode'; mode: Mode }
  /** A controller's wishes. */
  | { kind: 'transport'; transport: Transport }
  | { kind: 'set_room'; room: SetRoom }
  /** Whether the page wants to be told when each packet came. */
  | { kind: 'arrivals'; on: boolean }
  /** The page is looked at again, or its network is back. */
  | { kind: 'wake' }
  /** What time it is: answered at once, with the page's performance.now() as it came. */
  | { kind: 'time'; askedMs: number }
  /** Close the socket and end. */
  | { kind: 'close' }

/** Two clocks read one after the other. */
export interface TimeAnswer {
  /** performance.now() of the page when it asked. */
  askedMs: number
  /** Local time, the worker's, when it answered. */
  localMs: number
}

/** not-connected: there is nobody to ask. no-room: the server says nothing of one, so the sound is live. */
export type RefusedWhy =
  | Extract<ControlErrorReason, 'forbidden' | 'bad-transport'>
  | 'not-connected'
  | 'no-room'

/** Why the last connection is gone. */
export type LostWhy = 'lost' | 'unreachable' | 'full' | 'restarting' | 'stalled' | 'silent'

export type Link =
  | { phase: 'connecting'; again: boolean }
  | { phase: 'connected' }
  /** `retryAtMs` is local time, the worker's. */
  | { phase: 'waiting'; why: LostWhy; retryAtMs: number }
  /** Trying again would not help: page and server speak different protocols. */
  | { phase: 'refused' }

export type FromWorker =
  | { kind: 'link'; link: Link }
  | ({ kind: 'time' } & TimeAnswer)
  | { kind: 'stream'; serial: number; rateHz: number; streamId: number }
  | { kind: 'config'; config: AudioConfig }
  | { kind: 'source'; source: SourceState }
  | { kind: 'link_state'; state: LinkState }
  /** What is asked for from now on, by the page or by others through the server. */
  | { kind: 'wish'; wish: RungWish }
  /** The room as the server has it, on change and at most four times a second, with the server clock minus local time at local time `atMs`. */
  | { kind: 'room'; state: SyncState; offsetMs: number; atMs: number }
  /** Another listener is out of step, or in step again. */
  | { kind: 'feedback'; feedback: DriftFeedback }
  /** Position and latency of the packets that came since the message before, one after the other: see ArrivalTap. */
  | { kind: 'arrivals'; arrivals: Float64Array }
  /** Something that was asked for is not done, in words for a person. */
  | { kind: 'refused'; reason: RefusedWhy; message: string }
