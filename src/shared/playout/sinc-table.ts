// Windowed-sinc kernel table for the resampler: taps × (PHASES + 1) rows.
// Source: Smith, "Digital Audio Resampling Home Page" (bandlimited interpolation); window: Kaiser.

export const PHASES = 256

/** Taps where the output rate is not below the input rate: half of them is the group delay. */
export const TAPS = 32

export interface SincTable {
  /** A multiple of 8, for kernels that take 8 at a time. */
  taps: number
  /** Row p, tap k at p · taps + k. */
  rows: Float64Array
}

/** A Kaiser design: stop-band attenuation in dB, and the −6 dB point as a share of the lower rate's Nyquist. */
interface Design {
  taps: number
  attenuationDb: number
  cutoff: number
}

/**
 * Equal or rising rate: only images must go, and those of what is heard lie above 26 kHz. 32 taps hold 18 kHz at
 * 44.1 kHz within 0.1 dB and images of tones up to 18 kHz below −100 dB.
 */
const LEVEL: Design = { taps: TAPS, attenuationDb: 108, cutoff: 0.964 }

/**
 * Falling rate: what lies above the new Nyquist must go before it folds, so the transition is half as wide and the
 * kernel longer: 48 taps for 48 → 44.1 kHz, which keep 18 kHz within 0.1 dB and 23 kHz below −80 dB.
 */
const FALLING: Design = { taps: 44, attenuationDb: 90, cutoff: 0.914 }

/** Tables made, newest last; a stream that restarts has the rate it had. 66 kB each where the rate does not fall. */
const made: { bandwidth: number; table: SincTable }[] = []
const MOST_MADE = 4

/**
 * Rows h[p][k] = w·sin(πct)/(πt) with t = k − (taps/2 − 1) − p/PHASES, each normalised to a DC gain of 1.
 * `bandwidth`: output rate / input rate where that is below 1, else 1. Allocates and takes 5 to 25 ms before the engine
 * has compiled it, so it is not for the render call; the last few tables are kept.
 */
export function sincTable(bandwidth = 1): SincTable {
  const known = made.find((one) => one.bandwidth === bandwidth)
  if (known) return known.table
  const table = makeTable(bandwidth)
  made.push({ bandwidth, table })
  if (made.length > MOST_MADE) made.shift()
  return table
}

/** Taps of the table for this bandwidth: half of them is the group delay, input frames. */
export function tapsOf(bandwidth: number): number {
  return Math.ceil(designOf(bandwidth).taps / Math.min(1, bandwidth) / 8) * 8
}

function designOf(bandwidth: number): Design {
  return bandwidth < 1 ? FALLING : LEVEL
}

function makeTable(bandwidth: number): SincTable {
  const design = designOf(bandwidth)
  const taps = tapsOf(bandwidth)
  const half = prototypeHalf(taps, design.cutoff * Math.min(1, bandwidth), design.attenuationDb)
  const rows = new Float64Array((PHASES + 1) * taps)
  for (let p = 0; p <= PHASES; p++) {
    let sum = 0
    for (let k = 0; k < taps; k++) {
      const h = half[Math.abs((k - (taps / 2 - 1)) * PHASES - p)] as number
      rows[p * taps + k] = h
      sum += h
    }
    for (let k = 0; k < taps; k++) rows[p * taps + k] = (rows[p * taps + k] as number) / sum
  }
  return { taps, rows }
}

/** The kernel from its centre to its edge, PHASES values per input frame; the other half mirrors it. */
function prototypeHalf(taps: number, cutoff: number, attenuationDb: number): Float64Array {
  const beta = 0.1102 * (attenuationDb - 8.7)
  const half = (taps / 2) * PHASES
  const scale = 1 / besselI0(beta)
  return Float64Array.from({ length: half + 1 }, (_, i) => {
    const x = i / half
    const t = i / PHASES
    const ideal = i === 0 ? cutoff : Math.sin(Math.PI * cutoff * t) / (Math.PI * t)
    // The window ends at its edge: its last value is not zero, and tap 0 of row 0 lies outside.
    return i === half ? 0 : besselI0(beta * Math.sqrt(1 - x * x)) * scale * ideal
  })
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1
  let sum = 1
  const q = (x * x) / 4
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= q / (k * k)
    sum += term
  }
  return sum
}
