// Follows a steady tone through a recording: amplitude, phase and what is left when the tone is taken away.

export interface ToneTrack {
  /** Frames between two readings: 1 ms. */
  hopFrames: number
  /** Frames each reading looks at: 4 ms. */
  windowFrames: number
  amplitude: Float64Array
  /** Radians, relative to a perfect tone of the given frequency that began at frame 0; wrapped to ±π. */
  phase: Float64Array
  /** Root mean square of the rest, relative to that of a tone of the reading's own amplitude. */
  residual: Float64Array
}

/** Least-squares fit of one sinusoid under a Hann window, every millisecond. */
export function trackTone(signal: Float32Array, hz: number, rateHz: number): ToneTrack {
  const hopFrames = Math.round(rateHz / 1000)
  const windowFrames = 4 * hopFrames
  const omega = (2 * Math.PI * hz) / rateHz
  const weight = new Float64Array(windowFrames)
  const cos = new Float64Array(windowFrames)
  const sin = new Float64Array(windowFrames)
  let [cc, cs, ss, ww] = [0, 0, 0, 0]
  for (let i = 0; i < windowFrames; i++) {
    const w = Math.sin((Math.PI * (i + 0.5)) / windowFrames) ** 2
    const [c, s] = [Math.cos(omega * i), Math.sin(omega * i)]
    weight[i] = w
    cos[i] = w * c
    sin[i] = w * s
    cc += w * c * c
    cs += w * c * s
    ss += w * s * s
    ww += w
  }
  const det = cc * ss - cs * cs
  const hops = Math.max(0, Math.floor((signal.length - windowFrames) / hopFrames) + 1)
  const track: ToneTrack = {
    hopFrames,
    windowFrames,
    amplitude: new Float64Array(hops),
    phase: new Float64Array(hops),
    residual: new Float64Array(hops),
  }
  for (let hop = 0; hop < hops; hop++) {
    const from = hop * hopFrames
    let [xc, xs, xx] = [0, 0, 0]
    for (let i = 0; i < windowFrames; i++) {
      const x = signal[from + i] as number
      xc += x * (cos[i] as number)
      xs += x * (sin[i] as number)
      xx += x * x * (weight[i] as number)
    }
    const a = (xc * ss - xs * cs) / det
    const b = (xs * cc - xc * cs) / det
    const amplitude = Math.hypot(a, b)
    const left = Math.max(0, xx - a * xc - b * xs) / ww
    track.amplitude[hop] = amplitude
    track.phase[hop] = wrap(Math.atan2(a, b) - omega * from)
    track.residual[hop] = Math.sqrt(left) / Math.max(1e-9, amplitude / Math.SQRT2)
  }
  return track
}

/** To ±π. */
export function wrap(radians: number): number {
  return radians - 2 * Math.PI * Math.round(radians / (2 * Math.PI))
}
