// A steady tone that pauses now and then for a chirp: glitches and latency of the same minutes from one recording.
import { chirp, seeded, tone } from '../../test/studio/signal.ts'
import { type ChirpLatency, chirpLatencies, findChirps, refuseTorn } from './chirp-latency.ts'
import { median } from './statistics.ts'

export interface ChirpedTone {
  sound: Float32Array
  /** First frame of each chirp. There is one before the tone, one after it, and the others are in its pauses. */
  starts: number[]
}

export interface ToneSpan {
  fromFrame: number
  toFrame: number
}

const RATE_HZ = 44_100
const LEAD_FRAMES = 0.3 * RATE_HZ
/** Silence on either side of a chirp: the two must not run into each other while the rate is being changed. */
const SILENCE_FRAMES = 0.025 * RATE_HZ
/** Chirps are looked for so far around their place in the performance. */
const SEARCH_FRAMES = 0.2 * RATE_HZ
const MAX_LATENCY_MS = 480
const LATENCY_FRAMES = Math.ceil((MAX_LATENCY_MS / 1000) * RATE_HZ)

/**
 * `seconds` of 997 Hz with `count` chirps (at least two), as far apart as that makes them, give or take a tenth: in step
 * with nothing that recurs. Throws where they would be less than 0.8 s apart.
 */
export function chirpedTone(seconds: number, count: number, seed = 1): ChirpedTone {
  const apart = seconds / (count - 1)
  if (!(count >= 2 && apart >= 0.8)) throw new Error(`${count} chirps do not fit into ${seconds} s`)
  const random = seeded(seed)
  const one = chirp()
  const starts = Array.from({ length: count }, (_, i) => {
    const astray = i === 0 || i === count - 1 ? 0 : 0.2 * (random() - 0.5)
    return Math.round(LEAD_FRAMES + (i + astray) * apart * RATE_HZ)
  })
  // Half a second more: a late echo must still be in the recording.
  const sound = new Float32Array((starts.at(-1) as number) + one.length + RATE_HZ / 2)
  for (const [i, start] of starts.entries()) {
    sound.set(one, start)
    const next = starts[i + 1]
    if (next === undefined) continue
    const from = start + one.length + SILENCE_FRAMES
    sound.set(tone(997, (next - SILENCE_FRAMES - from) / RATE_HZ), Math.round(from))
  }
  return { sound, starts }
}

export interface HeardChirps {
  /** Those that were heard. `at`: number of the chirp. */
  heard: (ChirpLatency & { at: number })[]
  /** Where the tone was on either channel, between two chirps each; by the chirps' own times, whatever became of it. */
  instrument: ToneSpan[]
  speaker: ToneSpan[]
}

/**
 * Finds the performance in a recording of it. A rig that stands still now and then plays ever later, so each chirp is looked for
 * where the ones before it say, the wider the longer ago that was. Throws when the instrument did not play half of them, or no chirp
 * is heard.
 */
export function findChirpedTone(
  { starts }: ChirpedTone,
  instrument: Float32Array,
  speaker: Float32Array,
): HeardChirps {
  const one = chirp()
  let shift = firstChirp(instrument, one) - (starts[0] as number)
  /** Each that is not found may be because the rig stood still for longer; the one after it must not be in reach. */
  let lateFrames = SEARCH_FRAMES
  const mostLateFrames = 0.7 * Math.min(...starts.slice(1).map((start, i) => start - (starts[i] as number)))
  const heard: HeardChirps['heard'] = []
  /** Where each chirp begins on the instrument; NaN: it was not played, or in pieces. */
  const played = starts.map((start, at) => {
    const from = Math.max(0, Math.round(start + shift - SEARCH_FRAMES))
    const until = Math.round(start + shift + lateFrames + one.length)
    const [first, ...others] = findChirps(instrument.subarray(from, until), one)
    if (first === undefined || others.length > 0) {
      lateFrames = Math.min(lateFrames + SEARCH_FRAMES, mostLateFrames)
      return Number.NaN
    }
    lateFrames = SEARCH_FRAMES
    shift = from + first - start
    const { latencies } = chirpLatencies(
      instrument.subarray(from, until),
      speaker.subarray(from, until + LATENCY_FRAMES),
      one,
      { maxLatencyMs: MAX_LATENCY_MS },
    )
    for (const latency of latencies) heard.push({ ...latency, startFrame: from + latency.startFrame, at })
    return from + first
  })
  refuseTorn(starts.length - played.filter(Number.isNaN).length, starts.length)
  if (heard.length === 0) throw new Error('no chirp was heard')
  const usual = (median(heard.map(({ latencyMs }) => latencyMs)) * RATE_HZ) / 1000
  const delays = starts.map((_, at) => {
    const found = heard.find((one) => one.at === at)
    return found ? (found.latencyMs * RATE_HZ) / 1000 : usual
  })
  const between = (delay: (at: number) => number): ToneSpan[] =>
    played
      .slice(1)
      .map((next, i) => ({
        fromFrame: (played[i] as number) + delay(i) + one.length + SILENCE_FRAMES,
        toFrame: next + delay(i + 1) - SILENCE_FRAMES,
      }))
      .filter(({ fromFrame, toFrame }) => toFrame > fromFrame)
  return { heard, instrument: between(() => 0), speaker: between((at) => delays[at] as number) }
}

/** Where the first chirp of all begins. */
function firstChirp(instrument: Float32Array, one: Float32Array): number {
  const step = 5 * RATE_HZ
  for (let from = 0; from < instrument.length; from += step) {
    const [first] = findChirps(instrument.subarray(from, from + step + 2 * one.length), one)
    if (first !== undefined) return from + first
  }
  throw new Error('the instrument played no chirp')
}
