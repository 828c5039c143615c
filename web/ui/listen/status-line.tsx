import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { roomDetail } from './room-words.ts'
import { countdown, statusWords } from './words.ts'

export function StatusLine({ snapshot }: { snapshot: PlayerSnapshot }) {
  const detail = snapshot.stats.mode === 'live' ? '' : roomDetail(snapshot.stats)
  return (
    <p className="status">
      <span className="lamp" aria-hidden="true" />
      <span aria-live="polite">{statusWords(snapshot)}</span>{' '}
      <span className="countdown" aria-hidden="true">
        {countdown(snapshot)}
      </span>
      {detail && <span className="status-detail">{detail}</span>}
    </p>
  )
}
