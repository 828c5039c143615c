import type { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { roomDetail } from './room-words.ts'
import { countdown, remedyWords, statusWords } from './words.ts'

/** What is going on, and beside it what may be done about it. */
export function StatusLine({ player }: { player: Player }) {
  const { words, left, detail } = useSnapshot(player.store, statusOf)
  return (
    <p className="status">
      <span className="lamp" aria-hidden="true" />
      <span aria-live="polite">{words}</span>{' '}
      <span className="countdown" aria-hidden="true">
        {left}
      </span>
      {detail && <span className="status-detail">{detail}</span>}
    </p>
  )
}

function statusOf(snapshot: PlayerSnapshot) {
  const { mode } = snapshot.stats
  return {
    words: statusWords(snapshot),
    left: countdown(snapshot),
    detail: remedyWords(snapshot) || (mode === 'live' ? '' : roomDetail(snapshot.stats)),
  }
}
