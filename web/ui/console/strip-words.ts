import { OFF_DB } from '../../../src/shared/mix-strips.ts'

/** "−6.0 dB", "+3.0 dB"; at the bottom "off". */
export function gainWords(gainDb: number): string {
  if (gainDb <= OFF_DB) return 'off'
  const size = Math.abs(gainDb).toFixed(1)
  if (size === '0.0') return '0.0 dB'
  return `${gainDb < 0 ? '−' : '+'}${size} dB`
}

/** Of −1 … 1: "L 40", "C", "R 100", percent of the way to that side. */
export function panWords(pan: number): string {
  const percent = Math.round(Math.abs(pan) * 100)
  if (percent === 0) return 'C'
  return `${pan < 0 ? 'L' : 'R'} ${percent}`
}

/** As panWords, to be read aloud. */
export function panAloud(pan: number): string {
  const percent = Math.round(Math.abs(pan) * 100)
  if (percent === 0) return 'middle'
  return `${percent} percent ${pan < 0 ? 'left' : 'right'}`
}
