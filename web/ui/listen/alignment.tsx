import { lazy, useState } from 'react'
import type { Player } from '../../player/player.ts'
import { Late } from '../parts/late.tsx'
import { useSnapshot } from '../parts/use-snapshot.ts'

const AlignmentPanel = lazy(() =>
  import('./alignment-panel.tsx').then((module) => ({ default: module.AlignmentPanel })),
)

/** For those who hear two devices side by side. What is in it is loaded when it is opened. */
export function Alignment({ player }: { player: Player }) {
  const alone = useSnapshot(player.store, ({ stats }) => stats.mode === 'live')
  const [open, setOpen] = useState(false)
  if (alone) return null
  return (
    <details className="alignment" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Alignment</summary>
      {open && (
        <Late>
          <AlignmentPanel player={player} />
        </Late>
      )}
    </details>
  )
}
