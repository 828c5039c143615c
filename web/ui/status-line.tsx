import type { PlayerSnapshot } from '../player/player.ts'
import { countdown, statusWords } from './words.ts'

export function StatusLine({ snapshot }: { snapshot: PlayerSnapshot }) {
  return (
    <p className="status">
      <span className="lamp" aria-hidden="true" />
      <span aria-live="polite">{statusWords(snapshot)}</span>{' '}
      <span className="countdown" aria-hidden="true">
        {countdown(snapshot)}
      </span>
    </p>
  )
}
