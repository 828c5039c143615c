// How alike are two recordings of one performance, when the second came through something that delays it and
// bends its rate? Answers with what is left after the best delay, rate and change of rate were taken out.

export interface Likeness {
  /** Power of the difference over the power of the reference, dB, over all windows. */
  residualDb: number
  /** A quarter of all windows are better than this: what a machine that stops again and again does not spoil. */
  quarterDb: number
  /** Of the window that fits worst. */
  worstDb: number
  /** Copy minus reference, ms, mean over the windows. */
  delayMs: number
  /** Of the better quarter of the windows. */
  gain: number
}

const WINDOW_S = 0.05
const HALF_TAPS = 32
/** Where a delay is looked for, frames to either side: after a window that fitted, and after one that was cut. */
const SEARCH = { near: 40, far: 1323 }
/** What each round of the fit may move: gain and delay first, or it runs away. */
const ROUNDS = [2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4]
/** A frame's share small enough that the mean of both sides is the middle, to −100 dB. */
const ASIDE = 0.005

/**
 * Compares `copy` with `reference`, window by window. `aboutFrames`: the delay to within a millisecond, e.g. from a
 * cross-correlation. In each window delay, slope, curvature and gain are fitted by Gauss-Newton steps (d/dt by sinc
 * interpolation on both sides) from where a cross-correlation puts it; the signal must stay below a quarter of the rate.
 */
export function likeness(
  reference: Float32Array,
  copy: Float32Array,
  rateHz: number,
  aboutFrames: number,
): Likeness {
  const window = Math.round(WINDOW_S * rateHz)
  let delay = aboutFrames
  let slope = 0
  const fits: Fit[] = []
  for (let at = HALF_TAPS + Math.ceil(aboutFrames); at + window + HALF_TAPS < copy.length; at += window) {
    const start = Math.round(at - delay)
    if (meanPower(reference.subarray(start, start + window)) < 1e-6) continue // silence says nothing
    const about = Math.round(delay + slope * window)
    const span = fits.at(-1)?.cut ? SEARCH.far : SEARCH.near
    const nearest = nearestPeak(reference, copy, at, window, about, span)
    const fit = fitWindow(reference, copy, at, window, nearest, slope)
    fits.push(fit)
    if (fit.cut) continue // says nothing of the next
    delay = fit.delay
    slope = fit.slope
  }
  if (fits.length === 0) throw new Error('there is nothing to compare: the reference is silent')
  const total = (of: (fit: Fit) => number) => fits.reduce((sum, fit) => sum + of(fit), 0)
  fits.sort((a, b) => a.rest / a.power - b.rest / b.power)
  const quarter = fits.slice(0, (fits.length >> 2) + 1)
  const decibelsOf = (fit: Fit | undefined) => (fit ? decibels(fit.rest / fit.power) : 0)
  return {
    residualDb: decibels(total(({ rest }) => rest) / total(({ power }) => power)),
    quarterDb: decibelsOf(quarter.at(-1)),
    worstDb: decibelsOf(fits.at(-1)),
    delayMs: (total((fit) => fit.delay) / fits.length / rateHz) * 1000,
    gain: quarter[quarter.length >> 1]?.gain ?? 0,
  }
}

interface Fit {
  /** It does not fit at all. */
  cut: boolean
  delay: number
  slope: number
  gain: number
  rest: number
  power: number
}

function decibels(ratio: number): number {
  return 10 * Math.log10(ratio)
}

function meanPower(x: Float32Array): number {
  let sum = 0
  for (const value of x) sum += value * value
  return sum / Math.max(1, x.length)
}

/** Whole delay within `span` of `about` at which the middle third of the window correlates best. */
function nearestPeak(
  reference: Float32Array,
  copy: Float32Array,
  at: number,
  window: number,
  about: number,
  span: number,
): number {
  const from = at + Math.round(window / 3)
  const to = at + Math.round((2 * window) / 3)
  let best = about
  let bestScore = Number.NEGATIVE_INFINITY
  for (let lag = about - span; lag <= about + span; lag++) {
    let score = 0
    for (let i = from; i < to; i++) score += (copy[i] ?? 0) * (reference[i - lag] ?? 0)
    if (score > bestScore) {
      bestScore = score
      best = lag
    }
  }
  return best
}

/** copy[at + i] ≈ gain · reference(at + i − delay − slope · u − bend · u²), u = i − window / 2 */
function fitWindow(
  reference: Float32Array,
  copy: Float32Array,
  at: number,
  window: number,
  fromDelay: number,
  fromSlope: number,
): Fit {
  let delay = fromDelay
  let slope = fromSlope
  let bend = 0
  let gain = 1
  let rest = 0
  let power = 0
  for (const free of ROUNDS) {
    // Least squares for [gain, Δdelay, Δslope, Δbend] of copy = gain · model − Δdelay · gain · model' − …
    const normal = Array.from({ length: free }, () => new Array<number>(free + 1).fill(0))
    rest = 0
    power = 0
    for (let i = 0; i < window; i += 2) {
      const u = i - window / 2
      const t = at + i - delay - slope * u - bend * u * u
      const before = interpolate(reference, t - ASIDE)
      const after = interpolate(reference, t + ASIDE)
      const m = (before + after) / 2
      const d = (-gain * (after - before)) / (2 * ASIDE)
      const c = copy[at + i] as number
      const row = [...[m, d, d * u, d * u * u].slice(0, free), c]
      for (let r = 0; r < free; r++)
        for (let k = 0; k <= free; k++)
          (normal[r] as number[])[k] = (normal[r]?.[k] ?? 0) + (row[r] as number) * (row[k] as number)
      power += (gain * m) ** 2
      rest += (c - gain * m) ** 2
    }
    const change = solve(normal)
    // A silent window fits at no delay: nothing of the reference is in it.
    if (!change) return nothing(reference, Math.round(at - fromDelay), window, fromDelay, fromSlope)
    const [g = 1, moreDelay = 0, moreSlope = 0, moreBend = 0] = change
    gain = g
    delay += moreDelay
    slope += moreSlope
    bend += moreBend
  }
  return { cut: rest > 0.01 * power, delay, slope, gain, rest, power }
}

/** A window of the copy in which the reference is not heard at all: as much is left as there was, 0 dB. */
function nothing(reference: Float32Array, start: number, window: number, delay: number, slope: number): Fit {
  const power = Math.max(1e-6, meanPower(reference.subarray(start, start + window))) * (window / 2)
  return { cut: true, delay, slope, gain: 0, rest: power, power }
}

const TAPS = 2 * HALF_TAPS
const PHASES = 1024
/** Windowed sinc at PHASES + 1 fractions of a frame. */
const KERNEL = Float64Array.from({ length: (PHASES + 1) * TAPS }, (_, at) => {
  const u = (at % TAPS) - HALF_TAPS + 1 - Math.floor(at / TAPS) / PHASES
  const window = Math.cos((Math.PI * u) / (2 * HALF_TAPS + 2)) ** 2
  return (Math.abs(u) < 1e-9 ? 1 : Math.sin(Math.PI * u) / (Math.PI * u)) * window
})

/** `x` at `t` frames; zero outside. */
function interpolate(x: Float32Array, t: number): number {
  const whole = Math.floor(t)
  const phase = (t - whole) * PHASES
  const below = Math.floor(phase)
  const share = phase - below
  const kernel = below * TAPS
  const first = whole - HALF_TAPS + 1
  if (first < 0 || first + TAPS > x.length) return 0
  let sum = 0
  for (let k = 0; k < TAPS; k++) {
    const low = KERNEL[kernel + k] as number
    sum += (x[first + k] as number) * (low + share * ((KERNEL[kernel + TAPS + k] as number) - low))
  }
  return sum
}

/** Gaussian elimination of an n × (n + 1) system; nothing when it has no one answer. */
function solve(rows: number[][]): number[] | undefined {
  const n = rows.length
  for (let p = 0; p < n; p++) {
    const pivot = rows[p] as number[]
    for (let r = p + 1; r < n; r++) {
      const row = rows[r] as number[]
      const factor = (row[p] as number) / (pivot[p] as number)
      for (let c = p; c <= n; c++) row[c] = (row[c] as number) - factor * (pivot[c] as number)
    }
  }
  const out = new Array<number>(n).fill(0)
  for (let p = n - 1; p >= 0; p--) {
    let sum = rows[p]?.[n] ?? 0
    for (let c = p + 1; c < n; c++) sum -= (rows[p]?.[c] ?? 0) * (out[c] as number)
    out[p] = sum / (rows[p]?.[p] ?? 1)
  }
  return out.every(Number.isFinite) ? out : undefined
}
