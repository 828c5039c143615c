import { useSyncExternalStore } from 'react'
import type { Player } from '../player/player.ts'
import { DelayReadout } from './delay-readout.tsx'
import { LevelMeter } from './level-meter.tsx'
import { ListenButton } from './listen-button.tsx'
import { ObstacleNotice } from './obstacle-notice.tsx'
import { QualityChoice } from './quality-choice.tsx'
import { SourceName } from './source-name.tsx'
import { StatusLine } from './status-line.tsx'
import { VolumeFader } from './volume-fader.tsx'

/** The front panel: one button, one fader, one display. */
export function ListenPage({ player }: { player: Player }) {
  const snapshot = useSyncExternalStore(player.store.subscribe, player.store.snapshot)
  const { stats, obstacle } = snapshot
  return (
    <main className="panel" data-state={stats.state}>
      <header className="panel-head">
        <h1 className="wordmark">Backline</h1>
        <SourceName snapshot={snapshot} />
      </header>
      {obstacle ? (
        <ObstacleNotice obstacle={obstacle} />
      ) : (
        <>
          <section className="transport" aria-label="Listening">
            <ListenButton state={stats.state} onListen={player.listen} onStop={player.stop} />
            <StatusLine snapshot={snapshot} />
          </section>
          <section className="display" aria-label="Display">
            <DelayReadout stats={stats} />
            <LevelMeter active={stats.state === 'playing'} readLevels={player.readLevels} />
          </section>
          <VolumeFader onVolume={player.setVolume} />
          <QualityChoice snapshot={snapshot} onChoose={player.setRung} />
        </>
      )}
    </main>
  )
}
