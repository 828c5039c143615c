import { useState } from 'react'

interface NumberEntryProps {
  /** Visible, and its accessible name together with the unit. */
  name: string
  unit: string
  value: number
  min: number
  max: number
  step: number
  disabled?: boolean
  onEnter: (value: number) => void
}

/** A figure that counts once somebody has finished typing it: at Enter, or on leaving the field. */
export function NumberEntry({ name, unit, value, min, max, step, disabled, onEnter }: NumberEntryProps) {
  const [typed, setTyped] = useState<string | undefined>()
  const finish = () => {
    const figure = Number(typed)
    if (typed !== undefined && typed.trim() !== '' && Number.isFinite(figure)) {
      const within = Math.min(max, Math.max(min, figure))
      if (within !== value) onEnter(within)
    }
    setTyped(undefined)
  }
  return (
    <label className="field">
      <span>{name}</span>
      <span className="figure-entry">
        <input
          type="number"
          className="entry"
          aria-label={`${name}, ${unit === 's' ? 'seconds' : 'milliseconds'}`}
          min={min}
          max={max}
          step={step}
          value={typed ?? String(value)}
          disabled={disabled}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onBlur={finish}
          onKeyDown={({ key }) => {
            if (key === 'Enter') finish()
          }}
        />
        <span aria-hidden="true">{unit}</span>
      </span>
    </label>
  )
}
