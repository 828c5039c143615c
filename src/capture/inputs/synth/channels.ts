// The synth's channels and how they sit in stereo.
import type { GainMatrix } from '../../../shared/capture-messages.ts'

export const SYNTH_CHANNELS = ['Drums', 'Bass', 'Keys', 'Pad', 'Lead', 'Pluck', 'Strings', 'Bells'] as const
export type Part = 'drums' | 'bass' | 'keys' | 'pad' | 'lead' | 'pluck' | 'strings' | 'bells'
export const PARTS: readonly Part[] = ['drums', 'bass', 'keys', 'pad', 'lead', 'pluck', 'strings', 'bells']

/** Level and place (−1 left … 1 right) of each channel in the mix. Foundation in the middle, answers apart. */
const PLACES: readonly (readonly [level: number, pan: number])[] = [
  [0.62, 0],
  [0.6, 0],
  [0.62, -0.3],
  [0.5, 0.2],
  [0.5, 0.1],
  [0.46, 0.55],
  [0.46, -0.55],
  [0.42, 0.4],
]

/** All eight channels, placed with constant power. */
export function synthMix(): GainMatrix {
  const gain = (level: number, angle: number): number => Math.round(level * Math.SQRT2 * angle * 1000) / 1000
  return [
    PLACES.map(([level, pan]) => gain(level, Math.cos(((pan + 1) * Math.PI) / 4))),
    PLACES.map(([level, pan]) => gain(level, Math.sin(((pan + 1) * Math.PI) / 4))),
  ]
}
