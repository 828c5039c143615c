import type { Player } from '../../player/player.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'

/** Its text is its accessible name: "Listen", then "Stop". */
export function ListenButton({ player }: { player: Player }) {
  const state = useSnapshot(player.store, ({ stats }) => stats.state)
  const stopped = state === 'idle' || state === 'failed'
  return (
    <button
      type="button"
      className="listen"
      data-lit={stopped ? undefined : state}
      onClick={stopped ? () => player.listen() : player.stop}
    >
      <svg className="listen-shape" viewBox="0 0 48 48" aria-hidden="true">
        {stopped ? (
          <path d="M15 8.6v30.8a1.6 1.6 0 0 0 2.4 1.4l25-15.4a1.6 1.6 0 0 0 0-2.8l-25-15.4A1.6 1.6 0 0 0 15 8.6z" />
        ) : (
          <rect x="11" y="11" width="26" height="26" rx="3" />
        )}
      </svg>
      <span className="listen-word">{stopped ? 'Listen' : 'Stop'}</span>
    </button>
  )
}
