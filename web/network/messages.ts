// What page and network worker say to each other. Types only: both sides compile against this file.
import type { Profile } from '../../src/shared/playout/profile.ts'
import type { SampleRingMemory } from '../../src/shared/ring/sample-ring.ts'
import type { RungName } from '../../src/shared/rungs.ts'
import type { AudioConfig, LinkState, SourceState } from '../../src/shared/wire/control.ts'

/** A rung by hand, or as the server sees fit. */
export type RungWish = RungName | 'auto'

export type ToWorker =
  | {
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
    }
  | { kind: 'rung'; wish: RungWish }
  /** The page is looked at again, or its network is back. */
  | { kind: 'wake' }
  /** Close the socket and end. */
  | { kind: 'close' }

/** Why the last connection is gone. */
export type LostWhy = 'lost' | 'unreachable' | 'full' | 'restarting' | 'stalled' | 'silent'

export type Link =
  | { phase: 'connecting'; again: boolean }
  | { phase: 'connected' }
  /** `retryAtMs` is local time: performance.timeOrigin + performance.now(). */
  | { phase: 'waiting'; why: LostWhy; retryAtMs: number }
  /** Trying again would not help: page and server speak different protocols. */
  | { phase: 'refused' }

export type FromWorker =
  | { kind: 'link'; link: Link }
  | { kind: 'stream'; serial: number; rateHz: number; streamId: number }
  | { kind: 'config'; config: AudioConfig }
  | { kind: 'source'; source: SourceState }
  | { kind: 'link_state'; state: LinkState }
  /** What is asked for from now on, by the page or by others through the server. */
  | { kind: 'wish'; wish: RungWish }
