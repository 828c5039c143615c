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
import { StartCountdown } from './start-countdown.tsx'
import { StatusLine } from './status-line.tsx'
import { useSource } from './use-source.tsx'
import { VolumeFader } from './volume-fader.tsx'

/** The front panel: one button, one fader, one display. Each part takes from the player only what it shows. */
export function ListenPage({ player }: { player: Player }) {
  const { state, obstacle } = useSnapshot(player.store, ({ stats, obstacle }) => ({
    state: stats.state,
    obstacle,
  }))
  const source = useSource(player)
  return (
    <div className="listen-room">
      <main id="main" className="panel listen-page" data-state={state}>
        <header className="panel-head">
          <h1 className="wordmark">Backline</h1>
          {source.name}
        </header>
        {obstacle ? (
          <>
            <ObstacleNotice obstacle={obstacle} />
            {source.help}
          </>
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
            {source.help}
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
