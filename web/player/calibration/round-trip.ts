import { type Arrival, findArrival } from './arrival.ts'

/** From the worklet through loudspeaker, air and microphone back to the page. */
export interface RoundTrip {
  medianMs: number
  /** Between the furthest of the chirps that were believed. */
  spreadMs: number
  /** Chirps that were found clearly, and that were played. */
  found: number
  played: number
  /** 0 … 1: how clearly, how many of them, and how well they agree. */
  confidence: number
}

export interface Recording {
  samples: Float32Array
  rateHz: number
  /** Frame of the context of the first sample. */
  firstFrame: number
}

/** A peak is a chirp when it is so much higher than any other … */
const CLEAR = 1.5
/** … and sure when so much. */
const SURE = 4
/** Chirps that agree to this are as good as they get; at so much they say nothing. ms */
const GOOD_SPREAD_MS = 0.5
const BAD_SPREAD_MS = 10
/** Fewer are chance. */
const FEWEST = 3
/** The slowest radio loudspeaker, ms. */
export const MOST_ROUND_TRIP_MS = 900

/** `startFrames`: frames of the context at which each chirp was played. undefined: too few were heard. Pure. */
export function roundTrip(
  recording: Recording,
  chirp: Float32Array,
  startFrames: readonly number[],
): RoundTrip | undefined {
  const { samples, rateHz, firstFrame } = recording
  const most = Math.round((MOST_ROUND_TRIP_MS * rateHz) / 1000)
  const clear: { ms: number; clarity: number }[] = []
  for (const startFrame of startFrames) {
    const from = Math.max(0, startFrame - firstFrame)
    const part = samples.subarray(from, startFrame - firstFrame + most + chirp.length)
    const arrival: Arrival | undefined = findArrival(part, chirp, rateHz)
    if (!arrival || arrival.clarity < CLEAR) continue
    const ms = ((from + arrival.frame + firstFrame - startFrame) * 1000) / rateHz
    clear.push({ ms, clarity: arrival.clarity })
  }
  if (clear.length < FEWEST) return undefined
  const medianMs = median(clear.map(({ ms }) => ms))
  // One that a door slammed into is left out; that it was is in the number found.
  const agreed = clear.filter(({ ms }) => Math.abs(ms - medianMs) < BAD_SPREAD_MS / 2)
  if (agreed.length < FEWEST) return undefined
  const times = agreed.map(({ ms }) => ms)
  const spreadMs = Math.max(...times) - Math.min(...times)
  const clarity = median(agreed.map((one) => one.clarity))
  const confidence =
    share(clarity, CLEAR, SURE) *
    share(spreadMs, BAD_SPREAD_MS, GOOD_SPREAD_MS) *
    (agreed.length / startFrames.length)
  return { medianMs: median(times), spreadMs, found: agreed.length, played: startFrames.length, confidence }
}

/** How far a value is on its way from `none` (0) to `all` (1). */
function share(value: number, none: number, all: number): number {
  return Math.min(1, Math.max(0, (value - none) / (all - none)))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}
