// What the instrument plays in tests and benches. Mono Float32, full scale 1, at STUDIO_RATE_HZ unless told.

const RATE_HZ = 44_100

/** Small seeded generator (mulberry32): the same seed gives the same performance. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A tone with 5 ms fades. 997 Hz, not 1000: a lost millisecond of 1 kHz would leave no trace. */
export function tone(hz: number, seconds: number, amplitude = 0.5, rateHz = RATE_HZ): Float32Array {
  const frames = Math.round(seconds * rateHz)
  const fade = Math.round(0.005 * rateHz)
  return Float32Array.from({ length: frames }, (_, i) => {
    const gain = Math.min(1, i / fade, (frames - 1 - i) / fade)
    return amplitude * gain * Math.sin((2 * Math.PI * hz * i) / rateHz)
  })
}

/** A 30 ms logarithmic sweep, 200 Hz–8 kHz, under a Hann window: its autocorrelation has one narrow peak. */
export function chirp(amplitude = 0.6, rateHz = RATE_HZ): Float32Array {
  const [fromHz, toHz, seconds] = [200, 8000, 0.03]
  const frames = Math.round(seconds * rateHz)
  const ratio = Math.log(toHz / fromHz)
  return Float32Array.from({ length: frames }, (_, i) => {
    const t = i / rateHz
    const phase = ((2 * Math.PI * fromHz * seconds) / ratio) * (Math.exp((t / seconds) * ratio) - 1)
    return amplitude * Math.sin(phase) * Math.sin((Math.PI * i) / (frames - 1)) ** 2
  })
}

/** `count` chirps 0.5–0.7 s apart, irregular so that no other pair lines up, after `leadSeconds` of silence. */
export function chirps(
  count: number,
  { seed = 1, leadSeconds = 0.3, rateHz = RATE_HZ, apartSeconds = 0.5, spreadSeconds = 0.2 } = {},
): Float32Array {
  const random = seeded(seed)
  const starts: number[] = []
  let at = leadSeconds
  for (let i = 0; i < count; i++) {
    starts.push(Math.round(at * rateHz))
    at += apartSeconds + spreadSeconds * random()
  }
  const one = chirp(0.6, rateHz)
  const out = new Float32Array(Math.round((at + 0.2) * rateHz))
  for (const start of starts) out.set(one, start)
  return out
}

/** One tone per channel, to see which went where: whole waves in 50 ms, none the overtone of another. */
export const CHANNEL_TONES_HZ = [320, 420, 560, 680, 820, 1000, 1220, 1480] as const

export function eightTones(seconds: number, amplitude = 0.25): Float32Array[] {
  return CHANNEL_TONES_HZ.map((hz) => tone(hz, seconds, amplitude))
}
