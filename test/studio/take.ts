// A chirp to find the delay by and a chord to compare, and a take of both ends of the path.
import { INSTRUMENT_AND_SPEAKER } from './recorder.ts'
import { chirp, tone } from './signal.ts'
import { STUDIO_RATE_HZ, type Studio } from './studio.ts'

/** A chirp, a pause, then `seconds` of a chord of these tones, each of `amplitude`. */
export function chirpAndChord(
  seconds: number,
  tonesHz: readonly number[],
  amplitude: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(Math.round((seconds + 1) * STUDIO_RATE_HZ))
  out.set(chirp(), 0.3 * STUDIO_RATE_HZ)
  for (const hz of tonesHz) {
    const partial = tone(hz, seconds, amplitude)
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
