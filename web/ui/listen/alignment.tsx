import { lazy, Suspense, useState } from 'react'
import type { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'

const AlignmentPanel = lazy(() =>
  import('./alignment-panel.tsx').then((module) => ({ default: module.AlignmentPanel })),
)

/** For those who hear two devices side by side. What is in it is loaded when it is opened. */
export function Alignment({ snapshot, player }: { snapshot: PlayerSnapshot; player: Player }) {
  const [open, setOpen] = useState(false)
  return (
    <details className="alignment" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Alignment</summary>
      {open && (
        <Suspense>
          <AlignmentPanel snapshot={snapshot} player={player} />
        </Suspense>
      )}
    </details>
  )
}
