import type { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { roomDetail } from './room-words.ts'
import { volumeOf } from './volume-memory.ts'
import { countdown, remedyWords, statusWords } from './words.ts'

/** What is going on, and beside it what may be done about it. */
export function StatusLine({ player }: { player: Player }) {
  const { words, left, detail: known, audible } = useSnapshot(player.store, statusOf)
  const isDown = useSnapshot(volumeOf(player), (percent) => percent === 0)
  const detail = audible && isDown ? 'The volume is all the way down.' : known
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
    audible: snapshot.stats.state === 'playing' && !snapshot.muted,
    words: statusWords(snapshot),
    left: countdown(snapshot),
    detail: remedyWords(snapshot) || (mode === 'live' ? '' : roomDetail(snapshot.stats)),
  }
}
