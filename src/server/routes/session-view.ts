import Type, { type Static } from 'typebox'
import { delayMsAt } from '../../shared/room/delay-schedule.ts'
import { ROLES } from '../../shared/wire/room-messages.ts'
import { MODE_NAMES, TRANSPORT_ACTIONS } from '../../shared/wire/room-names.ts'
import type { Group } from '../sessions/group.ts'
import { seekableMs } from '../sessions/groups.ts'
import type { Entry } from '../sessions/registry.ts'
import { memberCounts } from '../sessions/sync-state.ts'

const Count = Type.Integer({ minimum: 0 })
const Ms = Type.Number()
const MsOrNull = Type.Union([Ms, Type.Null()])

export const SessionSummary = Type.Object({
  id: Type.String(),
  name: Type.String(),
  listeners: Count,
  url: Type.String(),
})

const GroupView = Type.Object({
  members: Count,
  /** From capture to ear, now, and where it is going; server clock, µs. */
  delayMs: Ms,
  delay: Type.Object({ fromMs: Ms, toMs: Ms, atUs: Type.Number() }),
  /** null: it is what the slowest needs. */
  fixedMs: MsOrNull,
  slowest: Type.Union([Type.Object({ id: Count, latencyMs: Ms }), Type.Null()]),
  slow: Count,
  degraded: Count,
  timeout: Count,
})

const MemberView = Type.Object({
  id: Count,
  role: Type.Enum([...ROLES]),
  mode: Type.Enum([...MODE_NAMES]),
  status: Type.String(),
  /** For a person; empty when active. */
  reason: Type.String(),
  /** From its last report; null before the first, and for who plays live. */
  needMs: MsOrNull,
  driftMs: MsOrNull,
  clockErrorMs: MsOrNull,
  heldMs: MsOrNull,
  locked: Type.Union([Type.Boolean(), Type.Null()]),
})

/** What `GET /api/sessions/:id` tells. */
export const SessionView = Type.Object({
  ...SessionSummary.properties,
  revision: Count,
  serverUs: Type.Number(),
  transport: Type.Object({
    playing: Type.Boolean(),
    backMs: Ms,
    seekableMs: Ms,
    scheduled: Type.Union([
      Type.Object({ action: Type.Enum([...TRANSPORT_ACTIONS]), atUs: Type.Number(), backMs: Ms }),
      Type.Null(),
    ]),
  }),
  pauseWhenLow: Type.Boolean(),
  intervalMs: Ms,
  counts: Type.Object({ live: Count, together: Count, steady: Count, slow: Count, degraded: Count }),
  together: GroupView,
  steady: GroupView,
  members: Type.Array(MemberView),
})
export type SessionView = Static<typeof SessionView>

export function summary(
  { name, session: { id, listeners } }: Entry,
  basePath: string,
): Static<typeof SessionSummary> {
  return { id, name, listeners, url: `${basePath}${id === 'main' ? '/' : `/s/${id}`}` }
}

export function sessionView(entry: Entry, basePath: string): SessionView {
  const { room } = entry.session
  const { scene, facts, together, steady, audience } = room
  const { nowUs } = scene
  const { timeline } = together
  return {
    ...summary(entry, basePath),
    revision: audience.revision,
    serverUs: nowUs,
    transport: {
      playing: timeline.playing(nowUs),
      backMs: timeline.backMs(nowUs),
      seekableMs: seekableMs(room, scene),
      scheduled: timeline.scheduled(nowUs),
    },
    pauseWhenLow: room.pauseWhenLow,
    intervalMs: audience.intervalMs,
    counts: memberCounts(facts),
    together: groupView(together, nowUs),
    steady: groupView(steady, nowUs),
    members: [...audience].map(([listener, { role, mode }]) => {
      const group = mode === 'live' ? undefined : room[mode]
      const { status, reason } = group?.state(listener) ?? { status: 'active', reason: '' }
      const report = group?.reportOf(listener)
      return {
        id: listener.id,
        role,
        mode,
        status,
        reason,
        needMs: report?.needMs ?? null,
        driftMs: report?.driftMs ?? null,
        clockErrorMs: report?.clockErrorMs ?? null,
        heldMs: report?.heldMs ?? null,
        locked: report?.locked ?? null,
      }
    }),
  }
}

function groupView(group: Group, nowUs: number): Static<typeof GroupView> {
  const { schedule, delay, size, fixedMs } = group
  return {
    members: size,
    delayMs: delayMsAt(schedule, nowUs),
    delay: { ...schedule },
    fixedMs: fixedMs ?? null,
    slowest: size === 0 ? null : delay.slowest,
    slow: group.count('slow'),
    degraded: group.count('degraded'),
    timeout: group.count('timeout'),
  }
}
