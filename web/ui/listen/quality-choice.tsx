import { RUNG_NAMES } from '../../../src/shared/rungs.ts'
import type { RungWish } from '../../network/messages.ts'
import type { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { RUNG_WORDS } from './rung-words.ts'

/** Not every source has more than 16 bits: offered once the server says so. */
const USUAL = RUNG_NAMES.filter((name) => name !== 'pcm-f32')

/** How much of the link the sound may take: by itself as much as it carries, or as somebody says. */
export function QualityChoice({ player }: { player: Player }) {
  const { wish, rungs, now } = useSnapshot(player.store, qualityOf)
  const there = rungs ?? USUAL
  // What was chosen for another source stays chosen, and is shown.
  const names = RUNG_NAMES.filter((name) => name === wish || there.includes(name))
  return (
    <label className="choice quality">
      <span className="choice-name">Quality</span>
      <select
        className="select"
        value={wish}
        onChange={(event) => player.setRung(event.currentTarget.value as RungWish)}
      >
        <option value="auto">Auto</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {RUNG_WORDS[name]}
          </option>
        ))}
      </select>
      <span className="quality-now" aria-hidden="true">
        {now !== null && now !== wish ? `now ${RUNG_WORDS[now]}` : ''}
      </span>
    </label>
  )
}

function qualityOf({ stats, rungs }: PlayerSnapshot) {
  return { wish: stats.link.wish, rungs, now: stats.state === 'playing' ? stats.rung : null }
}
