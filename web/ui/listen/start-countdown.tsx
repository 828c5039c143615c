import type { Player } from '../../player/player.ts'
import { LiveFigure } from '../parts/live-figure.tsx'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { SCHEDULED_WORDS } from './room-words.ts'
import { useCountdown } from './use-countdown.ts'

/** The last of the seconds are read aloud. */
const ALOUD_S = 3

/** Until what the room is about to do is heard: the same figure on every page of it at the same instant. */
export function StartCountdown({ player }: { player: Player }) {
  const scheduled = useSnapshot(player.store, ({ stats }) => stats.sync.scheduled)
  const left = useCountdown(scheduled?.atUs, player.countdown)
  return (
    <>
      {scheduled && left !== null && (
        <dl className="figures start">
          <div className="figure">
            <dt>{SCHEDULED_WORDS[scheduled.action]}</dt>
            <dd>
              <LiveFigure className="digits" text={clockWords(left)} />
            </dd>
          </div>
        </dl>
      )}
      <span className="unseen" aria-live="polite" aria-atomic="true">
        {left !== null && left <= ALOUD_S ? left : ''}
      </span>
    </>
  )
}

/** Below a minute seconds, else minutes and seconds. */
function clockWords(seconds: number): string {
  if (seconds < 60) return String(seconds)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
