import type { Player } from '../../player/player.ts'
import { ModeChoice } from './mode-choice.tsx'
import { OutputChoice } from './output-choice.tsx'
import { QualityChoice } from './quality-choice.tsx'

/** Everything a listener may choose, in one place. */
export function HowYouListen({ player }: { player: Player }) {
  return (
    <section className="choices" aria-labelledby="choices-name">
      <h2 className="choices-name" id="choices-name">
        How you listen
      </h2>
      <ModeChoice player={player} />
      <div className="choices-more">
        <QualityChoice player={player} />
        <OutputChoice player={player} />
      </div>
    </section>
  )
}
