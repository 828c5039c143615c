import { Button } from '@mantine/core'
import type { Player } from '../../player/player.ts'
import { ObstacleNotice } from '../listen/obstacle-notice.tsx'
import { DeskTheme } from '../parts/desk-theme.tsx'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { DevPanel } from './dev-panel.tsx'

/** For who wants to know how the sound comes about. */
export default function DevPage({ player }: { player: Player }) {
  const { state, obstacle, what } = useSnapshot(player.store, ({ stats, obstacle, problem }) => ({
    ...{ state: stats.state, obstacle, what: problem ?? '' },
  }))
  const listening = state !== 'idle' && state !== 'failed'
  return (
    <DeskTheme>
      <main className="dev-page" id="main" data-state={state}>
        <header className="dev-head">
          <h1>
            <span className="wordmark">Backline</span> Dev panel
          </h1>
          <p className="dev-state">
            <span className="lamp" />
            {state}
            {what && `: ${what}`}
          </p>
          {!obstacle && (
            <Button onClick={() => (listening ? player.stop() : player.listen())}>
              {listening ? 'Stop' : 'Listen'}
            </Button>
          )}
        </header>
        {obstacle && <ObstacleNotice obstacle={obstacle} />}
        <h2 className="unseen">Plots and figures</h2>
        <DevPanel player={player} />
      </main>
    </DeskTheme>
  )
}
