// How far apart several listeners hear the same sound: one recording of the instrument and of everybody's speakers,
// chirp by chirp. No clock to synchronise, and a resolution far under one frame.
import { crossCorrelate } from './cross-correlate.ts'
import { percentile, type Spread, spread } from './statistics.ts'

/** A chirp as one channel has it. */
export interface Arrival {
  /** Where it begins, frames; a fraction. */
  atFrame: number
  /** Normalised correlation: 1 is the same sound, noise alone stays under 0.3. */
  confidence: number
}

/** A chirp of the instrument as one listener heard it. */
export interface HeardChirp {
  /** Which chirp, counted on the instrument's channel from 0. */
  index: number
  /** When the instrument played it, ms from the beginning of the recording. */
  playedMs: number
  /** From the instrument to this listener. */
  delayMs: number
  confidence: number
}

export interface PairSkew {
  /** Which two listeners, from 0. */
  pair: readonly [number, number]
  /** Of each chirp that both heard; positive: the second of the pair was later. */
  series: { playedMs: number; skewMs: number }[]
  /** Middle of the signed skew: what a constant trim could take away. NaN when they heard nothing in common. */
  offsetMs: number
  /** Of the skew without its sign. */
  absMs: Spread
}

/** Peaks below this are not believed. */
const MIN_CONFIDENCE = 0.6
/** Two chirps are never as close as this. */
const APART_S = 0.3
/** Within this of a listener's usual delay a chirp is taken for the one the instrument played; two are 0.5 s apart or more. */
const REACH_S = 0.15
/** Nobody hears a chirp earlier than this before it is played: what is there is a late one of those before. */
const EARLY_S = 0.005

/** Every `chirp` on one channel, in order. */
export function arrivals(signal: Float32Array, chirp: Float32Array, rateHz = 44_100): Arrival[] {
  const scores = normalisedCorrelation(chirp, signal)
  const apart = APART_S * rateHz
  const peaks: number[] = []
  for (let i = 1; i < scores.length - 1; i++) {
    const score = scores[i] as number
    if (score < MIN_CONFIDENCE) continue
    const last = peaks.at(-1)
    if (last === undefined || i - last > apart) peaks.push(i)
    else if (score > (scores[last] as number)) peaks[peaks.length - 1] = i
  }
  return peaks.map((peak) => ({ atFrame: peak + vertex(scores, peak), confidence: scores[peak] as number }))
}

/**
 * Which of a listener's arrivals is which chirp of the instrument. The delay may be longer than the time between two
 * chirps: those are irregular, so only one delay fits most of them. It may then move by up to 0.15 s. Chirps not heard
 * are left out. `aboutMs`: the delay, where that is known, for what is too short to say.
 */
export function heardChirps(
  instrument: readonly Arrival[],
  listener: readonly Arrival[],
  rateHz = 44_100,
  aboutMs?: number,
): HeardChirp[] {
  const usual = aboutMs === undefined ? usualDelay(instrument, listener, rateHz) : (aboutMs * rateHz) / 1000
  if (usual === undefined) return []
  return instrument.flatMap(({ atFrame }, index): HeardChirp[] => {
    const nearest = nearestTo(listener, atFrame + usual)
    if (!nearest) return []
    const delay = nearest.atFrame - atFrame
    if (delay < -EARLY_S * rateHz || Math.abs(delay - usual) > REACH_S * rateHz) return []
    const toMs = 1000 / rateHz
    return [{ index, playedMs: atFrame * toMs, delayMs: delay * toMs, confidence: nearest.confidence }]
  })
}

/** Skew of every two listeners. */
export function pairSkews(listeners: readonly (readonly HeardChirp[])[]): PairSkew[] {
  return listeners.flatMap((first, a) =>
    listeners.slice(a + 1).map((second, i): PairSkew => {
      const delays = new Map(first.map(({ index, delayMs }) => [index, delayMs]))
      const series = second.flatMap(({ index, playedMs, delayMs }) => {
        const other = delays.get(index)
        return other === undefined ? [] : [{ playedMs, skewMs: delayMs - other }]
      })
      const skews = series.map(({ skewMs }) => skewMs)
      return {
        pair: [a, a + 1 + i],
        series,
        offsetMs: percentile(skews, 0.5),
        absMs: spread(skews.map(Math.abs)),
      }
    }),
  )
}

/** What a recording of instrument (first channel) and listeners has to say. */
export function skewsIn(
  channels: readonly Float32Array[],
  chirp: Float32Array,
  rateHz = 44_100,
): { played: number; listeners: HeardChirp[][]; pairs: PairSkew[] } {
  const [instrument, ...rest] = channels.map((channel) => arrivals(channel, chirp, rateHz))
  if (!instrument) throw new Error('the recording has no channels')
  const listeners = rest.map((listener) => heardChirps(instrument, listener, rateHz))
  return { played: instrument.length, listeners, pairs: pairSkews(listeners) }
}

/** The delay, in frames, that fits most chirps within 10 ms; the smallest of those that fit as many. */
function usualDelay(
  instrument: readonly Arrival[],
  listener: readonly Arrival[],
  rateHz: number,
): number | undefined {
  const delays = listener
    .flatMap((heard) => instrument.map((played) => heard.atFrame - played.atFrame))
    .filter((delay) => delay > -EARLY_S * rateHz)
    .sort((a, b) => a - b)
  const reach = 0.01 * rateHz
  let best = 0
  let middle: number | undefined
  for (let from = 0, to = 0; from < delays.length; from++) {
    while (to < delays.length && (delays[to] as number) - (delays[from] as number) <= reach) to++
    if (to - from <= best) continue
    best = to - from
    middle = delays[(from + to) >> 1]
  }
  return middle
}

function nearestTo(sorted: readonly Arrival[], frame: number): Arrival | undefined {
  const after = sorted.findIndex(({ atFrame }) => atFrame >= frame)
  if (after < 0) return sorted.at(-1)
  const [before, next] = [sorted[after - 1], sorted[after]]
  return before && next && frame - before.atFrame < next.atFrame - frame ? before : next
}

/** Where between its neighbours the parabola through a peak is highest, −0.5…0.5. */
function vertex(scores: Float64Array, peak: number): number {
  const [left, middle, right] = [scores[peak - 1] ?? 0, scores[peak] ?? 0, scores[peak + 1] ?? 0]
  const curve = left - 2 * middle + right
  return curve === 0 ? 0 : (left - right) / (2 * curve)
}

/** Correlation over the energies of both; where the signal is 60 dB below the template, 0. */
function normalisedCorrelation(template: Float32Array, signal: Float32Array): Float64Array {
  const scores = crossCorrelate(template, signal)
  const energy = template.reduce((sum, x) => sum + x * x, 0)
  let window = 0
  for (let i = 0; i < template.length; i++) window += (signal[i] ?? 0) ** 2
  for (let lag = 0; lag < scores.length; lag++) {
    scores[lag] = window > energy * 1e-6 ? (scores[lag] as number) / Math.sqrt(energy * window) : 0
    window += (signal[lag + template.length] ?? 0) ** 2 - (signal[lag] ?? 0) ** 2
  }
  return scores
}
