import { trimWithin } from '../output/trim-memory.ts'
import { CHIRP_S, chirp } from './chirp.ts'
import { ASSUMED_INPUT_MS, Microphone, MicrophoneError } from './microphone.ts'
import { MOST_ROUND_TRIP_MS, type Recording, type RoundTrip, roundTrip } from './round-trip.ts'

/** What a calibration found; applied only when a person says so. */
export interface Calibration extends RoundTrip {
  /** What of the way is the microphone's, and whether that is a guess. */
  inputMs: number
  inputAssumed: boolean
  /** From leaving the worklet to the ear, as heard. */
  outputMs: number
  /** As the page knew it, without a trim. */
  claimedMs: number
  /** The trim that makes up the difference. */
  trimMs: number
}

/** The output that is calibrated. */
export interface CalibratedOutput {
  context: AudioContext
  /** Between leaving the worklet and being heard, ms, as known without a trim. */
  leadMs: number
  play(sound: (rateHz: number) => Float32Array<ArrayBuffer>, atS: number): () => void
}

const CHIRPS = 5
const FIRST_S = 0.4
/** The next begins when the slowest output has played the one before. */
const EVERY_S = CHIRP_S + MOST_ROUND_TRIP_MS / 1000
const LOOK_MS = 50
/** A context that stands still so long beyond what is needed is gone. */
const PATIENCE_MS = 5000

/**
 * Plays chirps and hears them come back. Takes about six seconds from when the microphone may be used, which is when
 * `onBegin` is called. Rejects with MicrophoneError; undefined: too few of them were heard.
 */
export async function calibrate(
  output: CalibratedOutput,
  onBegin: () => void,
): Promise<Calibration | undefined> {
  const { context } = output
  const microphone = await Microphone.open(context)
  const stops: (() => void)[] = []
  try {
    onBegin()
    const beginS = context.currentTime + FIRST_S
    const starts = Array.from({ length: CHIRPS }, (_, n) =>
      Math.round((beginS + n * EVERY_S) * context.sampleRate),
    )
    for (const frame of starts) stops.push(output.play(chirp, frame / context.sampleRate))
    await until(context, beginS + CHIRPS * EVERY_S)
    return judge(microphone.recording, starts, output.leadMs, microphone.latencyMs)
  } finally {
    for (const stop of stops) stop()
    microphone.close()
  }
}

/** Pure. `inputMs`: as the microphone's driver says; undefined where it does not. */
export function judge(
  recording: Recording,
  starts: readonly number[],
  leadMs: number,
  inputMs: number | undefined,
): Calibration | undefined {
  const found = roundTrip(recording, chirp(recording.rateHz), starts)
  if (!found) return undefined
  const input = inputMs ?? ASSUMED_INPUT_MS
  const outputMs = found.medianMs - input
  return {
    ...found,
    inputMs: input,
    inputAssumed: inputMs === undefined,
    outputMs,
    claimedMs: leadMs,
    trimMs: trimWithin(outputMs - leadMs),
  }
}

function until(context: AudioContext, timeS: number): Promise<void> {
  const lastMs = performance.now() + (timeS - context.currentTime) * 1000 + PATIENCE_MS
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      const late = performance.now() > lastMs
      if (context.currentTime < timeS && !late) return
      clearInterval(timer)
      if (late) reject(new MicrophoneError('broken', 'The sound stopped while it was being measured.'))
      else resolve()
    }, LOOK_MS)
  })
}
