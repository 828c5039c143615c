// How much delay a listener pays against glitches. WebRTC NetEQ's reorder optimiser weighs delay against loss in
// the same way: milliseconds that one glitch is worth.

export const PROFILES = ['live', 'balanced', 'stable'] as const
export type Profile = (typeof PROFILES)[number]

export interface ProfileFigures {
  /** Milliseconds of delay worth paying to avoid one glitch a minute. */
  costMs: number
  /** What the target may be above the device's burst; a stall that needs more is concealed, not chased. */
  maxMs: number
  /** How much of a half-second's weight is left after the next one: memory of 100, 250, 500 s. */
  forget: number
  /** Kept on top for lateness never seen before, as a share of what was needed above the burst. */
  guardShare: number
}

export const PROFILE_FIGURES: Record<Profile, ProfileFigures> = {
  live: { costMs: 5, maxMs: 82, forget: 0.995, guardShare: 0.015 },
  balanced: { costMs: 15, maxMs: 200, forget: 0.998, guardShare: 0.015 },
  stable: { costMs: 200, maxMs: 400, forget: 0.999, guardShare: 0.05 },
}
