import type { SyncState } from '../../shared/wire/room-messages.ts'
import type { Listener } from '../streaming/listener.ts'
import { type Audience, LIVE_INTERVAL_US, type Member } from './audience.ts'
import type { Group, Scene } from './group.ts'

/** All of a room that is told to its members. */
export interface RoomFacts {
  session: string
  streamId: number
  resyncMs: number
  audience: Audience
  together: Group
  steady: Group
  /** How far back a seek can go. */
  seekableMs: (scene: Scene) => number
}

/** How it is for one member. */
export function syncState(facts: RoomFacts, listener: Listener, member: Member, scene: Scene): SyncState {
  const { session, streamId, resyncMs, audience, together } = facts
  const { nowUs, anchor } = scene
  const { mode, role } = member
  const group = mode === 'live' ? undefined : facts[mode]
  // What is played when is the same in all groups.
  const { timeline } = group ?? together
  return {
    type: 'sync_state',
    session,
    revision: audience.revision,
    serverUs: nowUs,
    mode,
    role,
    streamId,
    playing: timeline.playing(nowUs),
    backMs: timeline.backMs(nowUs),
    seekableMs: facts.seekableMs(scene),
    scheduled: timeline.scheduled(nowUs),
    ...(group === undefined || anchor === undefined ? {} : { anchor, delay: group.schedule }),
    ...(group === undefined ? { status: 'active', reason: '' } : group.state(listener)),
    resyncMs,
    intervalMs: group === undefined ? LIVE_INTERVAL_US / 1000 : audience.intervalMs,
    members: memberCounts(facts),
  }
}

export function memberCounts({ audience, together, steady }: RoomFacts): SyncState['members'] {
  return {
    live: audience.size - together.size - steady.size,
    together: together.size,
    steady: steady.size,
    slow: together.count('slow') + steady.count('slow'),
    degraded: together.count('degraded') + steady.count('degraded'),
    timeout: together.count('timeout') + steady.count('timeout'),
  }
}
