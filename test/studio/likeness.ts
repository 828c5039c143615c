// How alike are two recordings of one performance, when the second came through something that delays it and
// bends its rate? Answers with what is left after the best delay, rate and change of rate were taken out.

export interface Likeness {
  /** Power of the difference over the power of the reference, dB, over all windows. */
  residualDb: number
  /** Of the window in the middle, when they are put in order: what a machine that stops now and then does not spoil. */
  medianDb: number
  /** Of the window that fits worst. */
  worstDb: number
  /** Copy minus reference, ms, mean over the windows. */
  delayMs: number
  /** Median over the windows. */
  gain: number
}

const WINDOW_S = 0.1
const HALF_TAPS = 32
/** A delay that has moved by up to so much since the window before is found again. */
const SEARCH_FRAMES = 40
const ROUNDS = 6

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
    delay = nearestPeak(reference, copy, at, window, Math.round(delay + slope * window))
    const fit = fitWindow(reference, copy, at, window, delay, slope)
    fits.push(fit)
    delay = fit.delay
    slope = Math.abs(fit.slope) < 0.005 ? fit.slope : 0
  }
  if (fits.length === 0) throw new Error('there is nothing to compare: the reference is silent')
  const total = (of: (fit: Fit) => number) => fits.reduce((sum, fit) => sum + of(fit), 0)
  const each = fits.map(({ rest, power }) => decibels(rest / power))
  return {
    residualDb: decibels(total(({ rest }) => rest) / total(({ power }) => power)),
    medianDb: median(each),
    worstDb: Math.max(...each),
    delayMs: (total((fit) => fit.delay) / fits.length / rateHz) * 1000,
    gain: median(fits.map(({ gain }) => gain)),
  }
}

interface Fit {
  delay: number
  slope: number
  gain: number
  rest: number
  power: number
}

function decibels(ratio: number): number {
  return 10 * Math.log10(ratio)
}

function median(x: readonly number[]): number {
  return [...x].sort((a, b) => a - b)[x.length >> 1] ?? Number.NaN
}

function meanPower(x: Float32Array): number {
  let sum = 0
  for (const value of x) sum += value * value
  return sum / Math.max(1, x.length)
}

/** Whole delay near `about` at which the middle third of the window correlates best. */
function nearestPeak(reference: Float32Array, copy: Float32Array, at: number, window: number, about: number) {
  const from = at + Math.round(window / 3)
  const to = at + Math.round((2 * window) / 3)
  let best = about
  let bestScore = Number.NEGATIVE_INFINITY
  for (let lag = about - SEARCH_FRAMES; lag <= about + SEARCH_FRAMES; lag++) {
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
  for (let round = 0; round < ROUNDS; round++) {
    // Least squares for [gain, Δdelay, Δslope, Δbend] of copy = gain · model − Δdelay · gain · model' − …
    const normal = Array.from({ length: 4 }, () => [0, 0, 0, 0, 0])
    rest = 0
    power = 0
    for (let i = 0; i < window; i++) {
      const u = i - window / 2
      const t = at + i - delay - slope * u - bend * u * u
      const m = interpolate(reference, t)
      const d = (-gain * (interpolate(reference, t + 0.05) - interpolate(reference, t - 0.05))) / 0.1
      const c = copy[at + i] as number
      const row = [m, d, d * u, d * u * u, c]
      for (let r = 0; r < 4; r++)
        for (let k = 0; k < 5; k++)
          (normal[r] as number[])[k] = (normal[r]?.[k] ?? 0) + (row[r] as number) * (row[k] as number)
      power += (gain * m) ** 2
      rest += (c - gain * m) ** 2
    }
    const [g = 1, moreDelay = 0, moreSlope = 0, moreBend = 0] = solve(normal)
    gain = g
    delay += moreDelay
    slope += moreSlope
    bend += moreBend
  }
  return { delay, slope, gain, rest, power }
}

function interpolate(x: Float32Array, t: number): number {
  const whole = Math.floor(t)
  const fraction = t - whole
  let sum = 0
  for (let k = -HALF_TAPS + 1; k <= HALF_TAPS; k++) {
    const u = k - fraction
    const window = Math.cos((Math.PI * u) / (2 * HALF_TAPS + 2)) ** 2
    const sinc = Math.abs(u) < 1e-9 ? 1 : Math.sin(Math.PI * u) / (Math.PI * u)
    sum += (x[whole + k] ?? 0) * sinc * window
  }
  return sum
}

/** Gaussian elimination of an n × (n + 1) system. */
function solve(rows: number[][]): number[] {
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
  return out
}
