import type { Player } from '../../player/player.ts'

/** The dev panel over another page. */
export default function DevDrawer({ player, onClose }: { player: Player; onClose: () => void }) {
  return (
    <aside role="dialog" aria-label="Dev panel">
      <p>{player.stats().state}</p>
      <button type="button" className="key" onClick={onClose}>
        Close
      </button>
    </aside>
  )
}
