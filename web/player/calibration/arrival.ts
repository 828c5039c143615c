import { fft } from '../../../src/shared/dsp/fft.ts'

/** Where in a recording a sound was found. */
export interface Arrival {
  /** Frames after the beginning of the recording; a fraction. */
  frame: number
  /** The peak over the highest of those that are not its own, ≥ 1. */
  clarity: number
}

/** What is nearer than this to the peak is its own skirt, or a wall behind the loudspeaker, s. */
const OWN_S = 0.003

/** Where `sound` begins in `recording`: the peak of their cross-correlation, between frames by a parabola. Pure. */
export function findArrival(
  recording: Float32Array,
  sound: Float32Array,
  rateHz: number,
): Arrival | undefined {
  const places = recording.length - sound.length + 1
  if (places < 3) return undefined
  const match = correlate(recording, sound, places)
  const best = highest(match, 0, places)
  const peak = match[best] as number
  if (!(peak > 0)) return undefined
  const own = Math.round(OWN_S * rateHz)
  const second = Math.max(
    match[highest(match, 0, Math.max(0, best - own))] ?? 0,
    match[highest(match, Math.min(places, best + own + 1), places)] ?? 0,
  )
  return {
    frame: best + apex(match[best - 1], peak, match[best + 1]),
    clarity: second > 0 ? peak / second : 1,
  }
}

/** Magnitudes: a loudspeaker may be wired the other way round. Its envelope: a single cycle is no place in time. */
function correlate(recording: Float32Array, sound: Float32Array, places: number): Float64Array {
  const size = 2 ** Math.ceil(Math.log2(recording.length + sound.length))
  const re = new Float64Array(size)
  const im = new Float64Array(size)
  const soundRe = new Float64Array(size)
  const soundIm = new Float64Array(size)
  re.set(recording)
  soundRe.set(sound)
  fft(re, im)
  fft(soundRe, soundIm)
  for (let i = 0; i < size; i++) {
    const a = re[i] as number
    const b = im[i] as number
    const c = soundRe[i] as number
    const d = soundIm[i] as number
    // Only the positive frequencies, so that the result is analytic and its magnitude the envelope.
    const share = i < size / 2 ? 1 : 0
    re[i] = share * (a * c + b * d)
    im[i] = share * (b * c - a * d)
  }
  fft(re, im, true)
  return Float64Array.from({ length: places }, (_, i) => Math.hypot(re[i] as number, im[i] as number))
}

function highest(values: Float64Array, from: number, to: number): number {
  let best = from
  for (let i = from + 1; i < to; i++) if ((values[i] as number) > (values[best] as number)) best = i
  return from < to ? best : -1
}

function apex(before: number | undefined, peak: number, after: number | undefined): number {
  if (before === undefined || after === undefined) return 0
  const bend = before - 2 * peak + after
  return bend < 0 ? (0.5 * (before - after)) / bend : 0
}
