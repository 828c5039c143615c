import { SCHEDULED_WORDS } from '../listen/room-words.ts'
import { useCountdown } from '../listen/use-countdown.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'
import type { RoomDesk } from './room-desk.ts'

/** The last of the seconds are read aloud. */
const ALOUD_S = 3

/** Until what the room is about to do is heard. */
export function RoomCountdown({ room }: { room: RoomDesk }) {
  const scheduled = useSnapshot(room.store, (state) => state.scheduled)
  const left = useCountdown(scheduled?.atUs, room.countdown)
  return (
    <>
      {scheduled && left !== null && (
        <p className="room-countdown">
          {SCHEDULED_WORDS[scheduled.action]} <b>{left}</b> s
        </p>
      )}
      <span className="unseen" aria-live="polite" aria-atomic="true">
        {left !== null && left <= ALOUD_S ? left : ''}
      </span>
    </>
  )
}
