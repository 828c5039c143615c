import '@mantine/core/styles/NumberInput.layer.css'
import { NumberInput } from '@mantine/core'
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
export function NumberEntry({ name, unit, value, onEnter, ...range }: NumberEntryProps) {
  const [typed, setTyped] = useState<string | number | undefined>()
  const finish = () => {
    const figure = Number(typed)
    if (typed !== undefined && typed !== '' && Number.isFinite(figure)) {
      const within = Math.min(range.max, Math.max(range.min, figure))
      if (within !== value) onEnter(within)
    }
    setTyped(undefined)
  }
  return (
    <NumberInput
      {...range}
      className="figure-entry"
      label={name}
      aria-label={`${name}, ${unit === 's' ? 'seconds' : 'milliseconds'}`}
      // With its arrows by keyboard only: they are too small for a thumb.
      hideControls
      rightSection={<span aria-hidden="true">{unit}</span>}
      rightSectionPointerEvents="none"
      rightSectionWidth={44}
      allowNegative={false}
      clampBehavior="none"
      value={typed ?? value}
      onChange={setTyped}
      onBlur={finish}
      onKeyDown={({ key }) => {
        if (key === 'Enter') finish()
      }}
    />
  )
}
