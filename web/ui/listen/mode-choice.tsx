import { MODE_NAMES, type Mode } from '../../../src/shared/wire/room-names.ts'

const WORDS: Record<Mode, { name: string; what: string }> = {
  live: { name: 'Live', what: 'As early as your connection allows, each listener by itself.' },
  together: { name: 'Together', what: 'Everybody hears the same at the same instant, as soon as all can.' },
  steady: {
    name: 'Steady',
    what: 'Everybody at the same instant, some seconds later: short outages are not heard.',
  },
}

interface ModeChoiceProps {
  mode: Mode
  onChoose: (mode: Mode) => void
}

/** By oneself, or with others. */
export function ModeChoice({ mode, onChoose }: ModeChoiceProps) {
  return (
    <fieldset className="mode">
      <legend className="mode-name">Mode</legend>
      <div className="mode-keys">
        {MODE_NAMES.map((name) => (
          <label key={name} className="mode-key">
            <input
              type="radio"
              name="mode"
              value={name}
              checked={name === mode}
              aria-describedby="mode-what"
              onChange={() => onChoose(name)}
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
