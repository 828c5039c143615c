import './monitor.css'
import type { Player } from '../../player/player.ts'
import { ListenButton } from '../listen/listen-button.tsx'
import { ObstacleNotice } from '../listen/obstacle-notice.tsx'
import { VolumeFader } from '../listen/volume-fader.tsx'
import { countdown, statusWords } from '../listen/words.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'

/** What listeners hear, on this computer. */
export function Monitor({ player }: { player: Player }) {
  const { state, obstacle, words, seconds } = useSnapshot(player.store, (snapshot) => ({
    state: snapshot.stats.state,
    obstacle: snapshot.obstacle,
    words: statusWords(snapshot),
    seconds: countdown(snapshot),
  }))
  return (
    <section className="module monitor" aria-label="Monitor" data-state={state}>
      <header className="module-head">
        <h2>Monitor</h2>
      </header>
      {obstacle ? (
        <ObstacleNotice obstacle={obstacle} />
      ) : (
        <>
          <div className="monitor-row">
            <ListenButton player={player} />
            <p className="monitor-words">
              <span className="lamp" aria-hidden="true" />
              <span aria-live="polite">{words}</span>{' '}
              <span className="countdown" aria-hidden="true">
                {seconds}
              </span>
            </p>
          </div>
          <VolumeFader player={player} />
        </>
      )}
    </section>
  )
}
