import type { Player } from '../../player/player.ts'
import { LevelMeter } from '../parts/level-meter.tsx'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { Alignment } from './alignment.tsx'
import { DelayReadout } from './delay-readout.tsx'
import { EventFeed } from './event-feed.tsx'
import { HowYouListen } from './how-you-listen.tsx'
import './listen.css'
import { ListenButton } from './listen-button.tsx'
import { ObstacleNotice } from './obstacle-notice.tsx'
import { RoomDeck } from './room-deck.tsx'
import { SourceName } from './source-name.tsx'
import { StartCountdown } from './start-countdown.tsx'
import { StatusLine } from './status-line.tsx'
import { VolumeFader } from './volume-fader.tsx'

/** The front panel: one button, one fader, one display. Each part takes from the player only what it shows. */
export function ListenPage({ player }: { player: Player }) {
  const { state, obstacle } = useSnapshot(player.store, ({ stats, obstacle }) => ({
    state: stats.state,
    obstacle,
  }))
  return (
    <div className="listen-room">
      <main id="main" className="panel listen-page" data-state={state}>
        <header className="panel-head">
          <h1 className="wordmark">Backline</h1>
          <SourceName player={player} />
        </header>
        {obstacle ? (
          <ObstacleNotice obstacle={obstacle} />
        ) : (
          <>
            <section className="transport" aria-label="Listening">
              <ListenButton player={player} />
              <StatusLine player={player} />
            </section>
            <section className="display" aria-label="Display">
              <DelayReadout player={player} />
              <StartCountdown player={player} />
              <LevelMeter active={state === 'playing'} memory={player.levelMemory} />
            </section>
            <VolumeFader player={player} />
            <RoomDeck player={player} />
            <HowYouListen player={player} />
            <div className="panel-foot">
              <EventFeed player={player} />
              <Alignment player={player} />
            </div>
          </>
        )}
      </main>
    </div>
  )
}
