// A chirp to find the delay by and a chord to compare, and a take of both ends of the path.
import { INSTRUMENT_AND_SPEAKER } from './recorder.ts'
import { chirp, tone } from './signal.ts'
import { STUDIO_RATE_HZ, type Studio } from './studio.ts'

/**
 * No two of these are near a ratio of small numbers: moved by anything from a period to 36 ms, the chord is never alike to itself
 * by more than 0.65 of its power. One that all but repeats after 10 ms fits there too, to −32 dB, and then that is what is measured.
 */
const CHORD_HZ = [219.1, 367.3, 607.1, 934.8, 2219, 4032.5]
const AMPLITUDE = 0.07

/** A chirp, a pause, then `seconds` of a chord that is like itself at one delay only. */
export function chirpAndChord(seconds: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(Math.round((seconds + 1) * STUDIO_RATE_HZ))
  out.set(chirp(), 0.3 * STUDIO_RATE_HZ)
  for (const hz of CHORD_HZ) {
    const partial = tone(hz, seconds, AMPLITUDE)
    for (let i = 0; i < partial.length; i++)
      out[STUDIO_RATE_HZ + i] = (out[STUDIO_RATE_HZ + i] as number) + (partial[i] as number)
  }
  return out
}

/** Plays a signal on channels 1 and 2 while recording instrument and left speaker. */
export async function recordBoth(
  studio: Studio,
  signal: Float32Array,
  during: () => Promise<void> = async () => {},
): Promise<{ instrument: Float32Array; speaker: Float32Array }> {
  const recording = await studio.record(INSTRUMENT_AND_SPEAKER)
  const playing = await studio.play([signal, signal])
  await during()
  await playing.ended
  const [instrument, speaker] = (await recording.stop()).channels
  if (!instrument || !speaker) throw new Error('the recording has no two channels')
  return { instrument, speaker }
}
