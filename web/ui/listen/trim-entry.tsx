import { useState } from 'react'
import { MAX_TRIM_MS } from '../../player/output/trim-memory.ts'

interface TrimEntryProps {
  /** ms. */
  value: number
  disabled: boolean
  onEnter: (trimMs: number) => void
}

/** The trim as a figure. It counts once it is typed, at Enter or on leaving the field: on the way to 120 the sound is not moved by 12. */
export function TrimEntry({ value, disabled, onEnter }: TrimEntryProps) {
  const [typed, setTyped] = useState<string | undefined>()
  const finish = () => {
    const trimMs = Number(typed?.replace(',', '.').replace('−', '-'))
    if (typed?.trim() && Number.isFinite(trimMs))
      onEnter(Math.min(MAX_TRIM_MS, Math.max(-MAX_TRIM_MS, trimMs)))
    setTyped(undefined)
  }
  return (
    <input
      type="text"
      inputMode="text"
      aria-label="Trim in milliseconds"
      value={typed ?? value.toFixed(1)}
      disabled={disabled}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={finish}
      onKeyDown={({ key }) => {
        if (key === 'Enter') finish()
        else if (key === 'Escape') setTyped(undefined)
      }}
    />
  )
}
