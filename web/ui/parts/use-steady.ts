import { useRef } from 'react'

/** Per poll (10 Hz): the figure settles in half a second, and single readings do not make the digits dance. */
const WEIGHT = 0.2
/** A change this large is news, not noise. */
const JUMP = 20

/** A figure steady enough to read. null when there is none. */
export function useSteady(value: number | null): number | null {
  const shown = useRef<{ value: number | null; from: number | null }>({ value: null, from: null })
  const { current } = shown
  // Rendering again with the same reading must not move the figure.
  if (value !== current.from) {
    const step = value !== null && current.value !== null && Math.abs(value - current.value) < JUMP
    current.value = step
      ? (current.value as number) + ((value as number) - (current.value as number)) * WEIGHT
      : value
    current.from = value
  }
  return current.value
}
