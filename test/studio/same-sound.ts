// Do the speakers play what the instrument plays? On a machine that may stand still at any moment.
import { likeness } from './likeness.ts'
import { delayFrames, onset } from './listening.ts'
import { STUDIO_RATE_HZ, type Studio } from './studio.ts'
import { chirpAndChord, recordBoth } from './take.ts'

/** Windows of 50 ms: a quarter of a take. That so much is alike by chance can not be. */
const WINDOWS = 8
const TAKES = 12
const TAKE_S = 2

export interface Sameness {
  /** The eighth best of all windows is this unlike, dB. */
  db: number
  /** Its gain. */
  gain: number
}

/**
 * Plays a chord again and again, each of its tones of this amplitude, until so much of it was heard that unlike what was played
 * is less than `wantedDb`; twelve times at most. What a machine that stops spoils is in other windows: it takes whoever plays with it.
 */
export async function sameSound(
  studio: Studio,
  { chordHz, amplitude, wantedDb }: { chordHz: readonly number[]; amplitude: number; wantedDb: number },
): Promise<Sameness> {
  const windows: Sameness[] = []
  const best = () => windows[WINDOWS - 1] ?? { db: 0, gain: 0 }
  for (let take = 0; take < TAKES && best().db >= wantedDb; take++) {
    const { instrument, speaker } = await recordBoth(studio, chirpAndChord(TAKE_S, chordHz, amplitude))
    // A machine that stops long enough makes the page open its output anew: that take has nothing to compare.
    if (speaker.every((x) => Math.abs(x) < 0.01)) continue
    const delay = delayFrames(instrument, speaker)
    // The chirp found the delay; the chord is compared.
    const from = onset(instrument) + 0.5 * STUDIO_RATE_HZ
    windows.push(
      ...likeness(instrument.subarray(from), speaker.subarray(from), STUDIO_RATE_HZ, delay).windows,
    )
    windows.sort((a, b) => a.db - b.db)
  }
  return best()
}
