// How alike are two recordings of one performance, when the second came through something that delays it and
// bends its rate a little? Answers with what is left after the best delay and slope were taken out.

export interface Likeness {
  /** Power of the difference over the power of the reference, dB, over all windows. */
  residualDb: number
  /** Of the window that fits worst. */
  worstDb: number
  /** Copy minus reference, ms, mean over the windows. */
  delayMs: number
  gain: number
}

const WINDOW_S = 0.1
const HALF_TAPS = 32

/**
 * Compares `copy` with `reference`, window by window. `aboutFrames`: the delay to within half a period of the
 * loudest high tone, e.g. from a cross-correlation. In each window delay, slope and gain are fitted by three
 * Gauss-Newton steps (d/dt by sinc interpolation on both sides); the signal must stay below a quarter of the rate.
 */
export function likeness(
  reference: Float32Array,
  copy: Float32Array,
  rateHz: number,
  aboutFrames: number,
): Likeness {
  const window = Math.round(WINDOW_S * rateHz)
  let delay = aboutFrames
  let rest = 0
  let power = 0
  let worstDb = Number.NEGATIVE_INFINITY
  const delays: number[] = []
  const gains: number[] = []
  for (let at = HALF_TAPS + Math.ceil(aboutFrames); at + window + HALF_TAPS < copy.length; at += window) {
    const start = Math.round(at - delay)
    if (meanPower(reference.subarray(start, start + window)) < 1e-6) continue // silence says nothing
    const fit = fitWindow(reference, copy, at, window, delay)
    delay = fit.delay
    delays.push(delay)
    gains.push(fit.gain)
    rest += fit.rest
    power += fit.power
    worstDb = Math.max(worstDb, 10 * Math.log10(fit.rest / fit.power))
  }
  if (delays.length === 0) throw new Error('there is nothing to compare: the reference is silent')
  const mean = (x: number[]) => x.reduce((a, b) => a + b, 0) / x.length
  return {
    residualDb: 10 * Math.log10(rest / power),
    worstDb,
    delayMs: (mean(delays) / rateHz) * 1000,
    gain: mean(gains),
  }
}

function meanPower(x: Float32Array): number {
  let sum = 0
  for (const value of x) sum += value * value
  return sum / Math.max(1, x.length)
}

/** copy[at + i] ≈ gain · reference(at + i − delay − slope · (i − window / 2)) */
function fitWindow(reference: Float32Array, copy: Float32Array, at: number, window: number, from: number) {
  let delay = from
  let slope = 0
  let gain = 1
  let rest = 0
  let power = 0
  const model = new Float64Array(window)
  const derivative = new Float64Array(window)
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < window; i++) {
      const t = at + i - delay - slope * (i - window / 2)
      model[i] = interpolate(reference, t)
      derivative[i] = (interpolate(reference, t + 0.05) - interpolate(reference, t - 0.05)) / 0.1
    }
    // Least squares for [gain, Δdelay, Δslope] of copy = gain · model − Δdelay · gain · model' − …
    const normal = Array.from({ length: 3 }, () => [0, 0, 0, 0])
    rest = 0
    power = 0
    for (let i = 0; i < window; i++) {
      const m = model[i] as number
      const d = gain * (derivative[i] as number)
      const row = [m, -d, -d * (i - window / 2), copy[at + i] as number]
      for (let r = 0; r < 3; r++)
        for (let c = 0; c < 4; c++)
          (normal[r] as number[])[c] = (normal[r]?.[c] ?? 0) + (row[r] as number) * (row[c] as number)
      power += (gain * m) ** 2
      rest += ((copy[at + i] as number) - gain * m) ** 2
    }
    const [g = 1, moreDelay = 0, moreSlope = 0] = solve(normal)
    gain = g
    delay += moreDelay
    slope += moreSlope
  }
  return { delay, gain, rest, power }
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

/** Gaussian elimination of a 3 × 4 system. */
function solve(rows: number[][]): number[] {
  for (let p = 0; p < 3; p++) {
    const pivot = rows[p] as number[]
    for (let r = p + 1; r < 3; r++) {
      const row = rows[r] as number[]
      const factor = (row[p] as number) / (pivot[p] as number)
      for (let c = p; c < 4; c++) row[c] = (row[c] as number) - factor * (pivot[c] as number)
    }
  }
  const out = [0, 0, 0]
  for (let p = 2; p >= 0; p--) {
    let sum = rows[p]?.[3] ?? 0
    for (let c = p + 1; c < 3; c++) sum -= (rows[p]?.[c] ?? 0) * (out[c] as number)
    out[p] = sum / (rows[p]?.[p] ?? 1)
  }
  return out
}
