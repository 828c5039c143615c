// How far a decoded sound is from the original, weighted as an ear does: in critical bands and in windows of 21 ms,
// each counting alike, so that a quiet treble counts as much as the bass that outshines it in a plain SNR.
import { fft } from '../../src/shared/dsp/fft.ts'

const WINDOW = 1024
const RATE_HZ = 48_000
/** Upper edges of the critical bands, Hz (Zwicker). */
const EDGES_HZ = [
  100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150, 3700, 4400, 5300,
  6400, 7700, 9500, 12_000, 15_500, 20_000,
]
/** Bands fainter than this in the original, against full scale, nobody hears. */
const INAUDIBLE = (WINDOW ** 2 / 16) * 10 ** (-90 / 10)

/** Mean over bands and windows of error against signal, dB, none counted below −60 or above 0. */
export function bandErrorDb(original: Float32Array, decoded: Float32Array): number {
  const frames = Math.min(original.length, decoded.length)
  let sum = 0
  let count = 0
  for (let from = 0; from + WINDOW <= frames; from += WINDOW / 2) {
    const signal = bandPowers((i) => original[from + i] as number)
    const error = bandPowers((i) => (decoded[from + i] as number) - (original[from + i] as number))
    signal.forEach((power, band) => {
      if (power < INAUDIBLE) return
      sum += Math.max(-60, Math.min(0, 10 * Math.log10((error[band] as number) / power)))
      count++
    })
  }
  return sum / count
}

function bandPowers(sample: (i: number) => number): Float64Array {
  const re = Float64Array.from(
    { length: WINDOW },
    (_, i) => sample(i) * Math.sin((Math.PI * (i + 0.5)) / WINDOW) ** 2,
  )
  const im = new Float64Array(WINDOW)
  fft(re, im)
  const powers = new Float64Array(EDGES_HZ.length)
  let band = 0
  for (let k = 1; k < WINDOW / 2; k++) {
    while (band < EDGES_HZ.length && (k * RATE_HZ) / WINDOW > (EDGES_HZ[band] as number)) band++
    if (band === EDGES_HZ.length) break
    powers[band] = (powers[band] as number) + (re[k] as number) ** 2 + (im[k] as number) ** 2
  }
  return powers
}
