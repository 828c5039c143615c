// Latency between two channels of one recording, chirp by chirp: no clock to synchronise, and a resolution
// well under one frame.
import { crossCorrelate } from './cross-correlate.ts'

export interface ChirpLatency {
  /** Frame at which the chirp begins on the instrument's channel. */
  startFrame: number
  /** Distance to the same chirp on the other channel. */
  latencyMs: number
  /** Normalised correlation at the peak: 1 is the same sound, noise alone stays under 0.3. */
  confidence: number
}

/** Peaks below this are not believed. A chirp with a 10 ms hole in its middle is still above. */
export const MIN_CONFIDENCE = 0.6

/** A recording in which the rig itself has lost more of the chirps says nothing. */
const MOST_LOST = 0.5

/** A rig that stands still tears chirps on the instrument's own channel. Throws when it left fewer than half of `count`. */
export function refuseTorn(found: number, count: number): void {
  const lost = count - found
  if (lost > MOST_LOST * count) throw new Error(`the instrument did not play ${lost} of ${count} chirps`)
}

/**
 * Finds every `chirp` on `instrument` and its echo on `speaker`, no more than `maxLatencyMs` later. Chirps must be
 * further apart than that. Echoes not found are left out of the answer; `found` says how many chirps there were.
 */
export function chirpLatencies(
  instrument: Float32Array,
  speaker: Float32Array,
  chirp: Float32Array,
  { rateHz = 44_100, maxLatencyMs = 480 } = {},
): { found: number; latencies: ChirpLatency[] } {
  const starts = findChirps(instrument, chirp)
  const early = Math.round(0.005 * rateHz)
  const span = Math.round((maxLatencyMs / 1000) * rateHz) + early
  const latencies = starts.flatMap((startFrame): ChirpLatency[] => {
    const template = instrument.subarray(startFrame, startFrame + chirp.length)
    const from = Math.max(0, startFrame - early)
    const region = speaker.subarray(from, from + span + chirp.length)
    const peak = highestPeak(template, region)
    if (!peak || peak.confidence < MIN_CONFIDENCE) return []
    const latencyMs = ((from + peak.lag - startFrame) / rateHz) * 1000
    return [{ startFrame, latencyMs, confidence: peak.confidence }]
  })
  return { found: starts.length, latencies }
}

/** First frames of all chirps, at least 0.3 s apart. */
export function findChirps(signal: Float32Array, chirp: Float32Array, rateHz = 44_100): number[] {
  const score = normalised(chirp, signal)
  const apart = Math.round(0.3 * rateHz)
  const starts: number[] = []
  for (let i = 0; i < score.length; i++) {
    const value = score[i] ?? 0
    if (value < 0.7) continue
    const last = starts.at(-1)
    if (last === undefined || i - last > apart) starts.push(i)
    else if (value > (score[last] ?? 0)) starts[starts.length - 1] = i
  }
  return starts
}

function highestPeak(template: Float32Array, region: Float32Array) {
  const score = normalised(template, region)
  let best = 0
  for (let i = 1; i < score.length; i++) if ((score[i] ?? 0) > (score[best] ?? 0)) best = i
  const [left, middle, right] = [score[best - 1], score[best], score[best + 1]]
  if (left === undefined || middle === undefined || right === undefined) return undefined
  const curve = left - 2 * middle + right
  const shift = curve === 0 ? 0 : (left - right) / (2 * curve)
  return { lag: best + shift, confidence: middle }
}

/** Correlation divided by the energies of both; windows 60 dB under the template count as silence (0). */
function normalised(template: Float32Array, signal: Float32Array): Float64Array {
  const scores = crossCorrelate(template, signal)
  const energy = template.reduce((sum, x) => sum + x * x, 0)
  let window = 0
  for (let i = 0; i < template.length; i++) window += (signal[i] ?? 0) ** 2
  for (let lag = 0; lag < scores.length; lag++) {
    scores[lag] = window > energy * 1e-6 ? (scores[lag] ?? 0) / Math.sqrt(energy * window) : 0
    window += (signal[lag + template.length] ?? 0) ** 2 - (signal[lag] ?? 0) ** 2
  }
  return scores
}
