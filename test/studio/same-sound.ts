// Do the speakers play what the instrument plays? On a machine that may stand still at any moment.
import { type Likeness, likeness } from './likeness.ts'
import { delayFrames, onset } from './listening.ts'
import { STUDIO_RATE_HZ, type Studio } from './studio.ts'
import { chirpAndChord, recordBoth } from './take.ts'

const TAKES = 12
const TAKE_S = 2

/**
 * Plays a chord until the better quarter of one take is less unlike what was played than `wantedDb`; twelve times at most, and
 * the best take's likeness: a machine that stops takes whoever plays with it, and the quarter it left alone is what we are.
 */
export async function sameSound(
  studio: Studio,
  wantedDb: number,
): Promise<Pick<Likeness, 'quarterDb' | 'gain'>> {
  let best = { quarterDb: 0, gain: 0 }
  for (let take = 0; take < TAKES && best.quarterDb >= wantedDb; take++) {
    const { instrument, speaker } = await recordBoth(studio, chirpAndChord(TAKE_S))
    // A machine that stops long enough makes the page open its output anew: that take has nothing to compare.
    if (speaker.every((x) => Math.abs(x) < 0.01)) continue
    const delay = delayFrames(instrument, speaker)
    // The chirp found the delay; the chord is compared.
    const from = onset(instrument) + 0.5 * STUDIO_RATE_HZ
    const heard = likeness(instrument.subarray(from), speaker.subarray(from), STUDIO_RATE_HZ, delay)
    if (heard.quarterDb < best.quarterDb) best = heard
  }
  return best
}
