// What every row of `npm run bench -- playout` has to reach: balanced, mean of seeds 1–5, 30 virtual minutes, 480-frame
// callbacks, packets of 5 ms. Figures are those of a reference run of the field's best method known when this was begun;
// the target may be 10 % above, glitches may not be more.
import type { Profile } from '../../src/shared/playout/profile.ts'

export interface Reference {
  targetMs: number
  episodesPerHour: number
}

//                          live             balanced          stable
const TABLE: Record<string, [string, string, string]> = {
  lan: /*                */ ['15.5 → 0', '   16.0 → 0', '   16.3 → 0'],
  'wifi-good': /*        */ ['22.8 → 0', '   23.2 → 0', '   24.1 → 0'],
  'wifi-stall': /*       */ ['53 → 108', '   53 → 109', '   256 → 17'],
  awdl: /*               */ ['93 → 1154', '  109 → 0', '    109 → 0'],
  'tcp-rtt5-loss0.1': /* */ ['39 → 346', '   52 → 169', '   96 → 16'],
  'tcp-rtt20-loss0.1': /**/ ['46 → 31', '    47 → 31', '    81 → 2'],
  'tcp-rtt20-loss1': /*  */ ['60 → 134', '   71 → 0', '     71 → 0'],
  'tcp-rtt50-loss1': /*  */ ['85 → 1079', '  149 → 165', '  260 → 6'],
}
const COLUMNS: readonly Profile[] = ['live', 'balanced', 'stable']
export const TARGET_SLACK = 1.1

/** In the reference run each of so many random stalls an hour was one glitch: what counts is glitches per stall. */
export const STALLS_PER_HOUR: Record<string, number> = { 'wifi-stall': 108 }

/** Capture → end of the callback, ms, and the spread of the rate, ppm, balanced. */
export const DELAY_MS: Record<string, number> = { lan: 6.3, 'wifi-good': 14, 'wifi-stall': 44.5, awdl: 100.5 }
export const PPM_SD = 60
/** Here nothing at all may go missing. */
export const FLAWLESS = ['lan', 'wifi-good']

export function referenceOf(network: string, profile: Profile): Reference | undefined {
  const text = TABLE[network]?.[COLUMNS.indexOf(profile)]
  if (text === undefined) return undefined
  const [targetMs = Number.NaN, episodesPerHour = Number.NaN] = text.split('→').map(Number)
  return { targetMs, episodesPerHour }
}
