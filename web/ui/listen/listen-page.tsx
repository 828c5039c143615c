import { useSyncExternalStore } from 'react'
import type { Player } from '../../player/player.ts'
import { LevelMeter } from '../parts/level-meter.tsx'
import { Alignment } from './alignment.tsx'
import { DelayReadout } from './delay-readout.tsx'
import { ListenButton } from './listen-button.tsx'
import { ModeChoice } from './mode-choice.tsx'
import { ObstacleNotice } from './obstacle-notice.tsx'
import { QualityChoice } from './quality-choice.tsx'
import { RoomDeck } from './room-deck.tsx'
import { SourceName } from './source-name.tsx'
import { StartCountdown } from './start-countdown.tsx'
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
            <StartCountdown scheduled={stats.sync.scheduled} countdown={player.countdown} />
            <LevelMeter active={stats.state === 'playing'} readLevels={player.readLevels} />
          </section>
          <VolumeFader onVolume={player.setVolume} />
          <RoomDeck snapshot={snapshot} onTransport={player.transport} />
          <div className="choices">
            <ModeChoice mode={stats.mode} onChoose={player.setMode} />
            <QualityChoice snapshot={snapshot} onChoose={player.setRung} />
          </div>
          {stats.mode !== 'live' && <Alignment snapshot={snapshot} player={player} />}
        </>
      )}
    </main>
  )
}
