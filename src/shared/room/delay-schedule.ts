// The delay of a synchronised group over time, as everybody computes it: pure, exact, the same on server and page.

/** How fast the delay of a group is moved: by everybody at the same rate, so that they stay together meanwhile. */
export const DELAY_SLEW_PPM = 1000

/**
 * From capture to ear, as a function of the server time at which something is heard: `fromMs` until `atUs`, then moved
 * to `toMs` at DELAY_SLEW_PPM.
 */
export interface DelaySchedule {
  fromMs: number
  toMs: number
  /** Server clock, µs. */
  atUs: number
}

/** The delay of what is heard at `serverUs`, ms. */
export function delayMsAt({ fromMs, toMs, atUs }: DelaySchedule, serverUs: number): number {
  const movedMs = (Math.max(0, serverUs - atUs) / 1000) * DELAY_SLEW_PPM * 1e-6
  return toMs > fromMs ? Math.min(toMs, fromMs + movedMs) : Math.max(toMs, fromMs - movedMs)
}

/** When the move is over, server clock, µs. */
export function settledUs({ fromMs, toMs, atUs }: DelaySchedule): number {
  return atUs + (Math.abs(toMs - fromMs) * 1000) / (DELAY_SLEW_PPM * 1e-6)
}

/** By how much the delay is growing at `serverUs`, ms per second: 0, or ±1 at 1,000 ppm. */
export function delaySlewMsPerS(schedule: DelaySchedule, serverUs: number): number {
  if (serverUs < schedule.atUs || serverUs >= settledUs(schedule)) return 0
  return Math.sign(schedule.toMs - schedule.fromMs) * DELAY_SLEW_PPM * 1e-3
}
