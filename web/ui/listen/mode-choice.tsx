import { MODE_NAMES, type Mode } from '../../../src/shared/wire/room-names.ts'
import type { Player } from '../../player/player.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'

const WORDS: Record<Mode, { name: string; what: string }> = {
  live: { name: 'Live', what: 'As early as your connection allows, each listener by itself.' },
  together: { name: 'Together', what: 'Everybody hears the same at the same instant, as soon as all can.' },
  steady: {
    name: 'Steady',
    what: 'Everybody at the same instant, some seconds later: short outages are not heard.',
  },
}

/** By oneself, or with others. */
export function ModeChoice({ player }: { player: Player }) {
  const mode = useSnapshot(player.store, ({ stats }) => stats.mode)
  return (
    <fieldset className="mode">
      <legend className="choice-name mode-name">Mode</legend>
      <div className="mode-keys">
        {MODE_NAMES.map((name) => (
          <label key={name} className="mode-key">
            <input
              type="radio"
              name="mode"
              value={name}
              checked={name === mode}
              aria-describedby="mode-what"
              onChange={() => player.setMode(name)}
            />
            <span>{WORDS[name].name}</span>
          </label>
        ))}
      </div>
      <p className="mode-what" id="mode-what">
        {WORDS[mode].what}
      </p>
    </fieldset>
  )
}
