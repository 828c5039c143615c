// Sounds for trials: one second each, of whole periods, so that they can be played over and over.

/** Frequency, Hz (whole), and amplitude. */
export type Partial = readonly [hz: number, amplitude: number]

export const CHORD: readonly Partial[] = [
  [220, 0.2],
  [277, 0.15],
  [440, 0.1],
  [880, 0.06],
  [1319, 0.04],
  [1760, 0.02],
]

/** A second of sine waves at this rate. */
export function tones(partials: readonly Partial[], rateHz: number): Float32Array {
  return Float32Array.from({ length: rateHz }, (_, n) =>
    partials.reduce(
      (sum, [hz, amplitude], i) => sum + amplitude * Math.sin((2 * Math.PI * hz * n) / rateHz + i),
      0,
    ),
  )
}

/** The greatest sample. */
export function peakOf(sound: Float32Array): number {
  return sound.reduce((peak, x) => Math.max(peak, Math.abs(x)), 0)
}

/** The greatest step between two samples. */
export function stepOf(sound: Float32Array): number {
  let step = 0
  for (let i = 0; i < sound.length; i++)
    step = Math.max(step, Math.abs((sound[i] as number) - (sound.at(i - 1) as number)))
  return step
}
