import { type CaptureAnchor, roomPositionAt } from '../../../shared/room/room-axis.ts'
import type { SyncCommand } from '../../../shared/wire/room-messages.ts'
import type { DelayChange } from './group-delay.ts'

/** How a change of the delay is told to the members of a group. */
export function syncCommand(
  mode: SyncCommand['mode'],
  { schedule, slowest }: DelayChange,
  anchor: CaptureAnchor,
): SyncCommand {
  return {
    type: 'sync_command',
    mode,
    targetPosition: Math.round(roomPositionAt(anchor, schedule, schedule.atUs)),
    serverUs: schedule.atUs,
    delay: schedule,
    groupDelayMs: schedule.toMs,
    slowest,
  }
}
