import type { ConsoleListener } from '../../shared/wire/console-messages.ts'
import type { Role } from '../../shared/wire/room-messages.ts'
import type { Mode } from '../../shared/wire/room-names.ts'
import type { Entry } from '../sessions/registry.ts'
import type { Session } from '../sessions/session.ts'
import type { Listener } from '../streaming/listener.ts'

/** Everybody in these sessions, as a console shows them. */
export function listenersView(entries: Iterable<Entry>, nowMs: number): ConsoleListener[] {
  const all: ConsoleListener[] = []
  for (const { session } of entries)
    for (const [listener, { role, mode }] of session.room.audience)
      all.push(view(session, listener, role, mode, nowMs))
  return all
}

function view(session: Session, listener: Listener, role: Role, mode: Mode, nowMs: number): ConsoleListener {
  const { id, rung, wish, flow, delivery, skipping, skipped, receipt } = listener
  const group = mode === 'live' ? undefined : session.room[mode]
  const state = group?.state(listener)
  const report = group?.reportOf(listener)
  return {
    id,
    session: session.id,
    role,
    mode,
    status: state?.status ?? null,
    reason: state?.reason ?? '',
    needMs: rounded(report?.needMs),
    driftMs: rounded(report?.driftMs),
    connectedSeconds: Math.round((nowMs - listener.connectedAtMs) / 1000),
    rung,
    wish,
    inFlightMs: rounded(flow.queuedMs) ?? 0,
    deliveredKbps: rounded(delivery.kbps) ?? 0,
    skipping,
    packetsSkipped: skipped.inFlight + skipped.backlog,
    targetMs: rounded(receipt?.targetMs),
    latenessMs: rounded(receipt?.latenessMs),
    episodes: receipt?.episodes ?? 0,
  }
}

function rounded(value: number | null | undefined): number | null {
  return value === null || value === undefined || !Number.isFinite(value) ? null : Math.round(value * 10) / 10
}
