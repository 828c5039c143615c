import type { CSSProperties } from 'react'
import './fader.css'

export interface FaderProps {
  name: string
  min: number
  max: number
  step: number
  value: number
  disabled?: boolean
  /** As it is read aloud, with its unit. */
  valueText: string
  onChange: (value: number) => void
  /** Where the lit part begins, on the scale; from the left end unless told. */
  from?: number
}

/** A slider like a mixer's: the browser's own, so that keys, touch and screen readers are as everywhere. */
export function Fader({ name, valueText, onChange, from, ...range }: FaderProps) {
  const { min, max, value } = range
  const share = (at: number) => `${((at - min) / (max - min)) * 100}%`
  const base = from ?? min
  const lit = { '--lit-from': share(Math.min(base, value)), '--lit-to': share(Math.max(base, value)) }
  return (
    <input
      type="range"
      className="fader"
      aria-label={name}
      aria-valuetext={valueText}
      style={lit as CSSProperties}
      onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
      {...range}
    />
  )
}
