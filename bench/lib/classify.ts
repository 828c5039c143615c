import type { Episode } from './glitches.ts'

/** A moment at which the whole machine stood still, in ms of the recording. */
export interface Stall {
  atMs: number
  lateMs: number
}

export interface Classified {
  /** Heard on the instrument's channel too: the rig itself. */
  rig: Episode[]
  /** Within 120 ms of a stall of the whole machine. */
  machine: Episode[]
  /** Ours. The budget is zero. */
  own: Episode[]
}

const WINDOW_MS = 120

/** Who is to blame for each episode at the speakers. `latencyMs`: how much later they hear the instrument. */
export function classify(
  speaker: readonly Episode[],
  instrument: readonly Episode[],
  stalls: readonly Stall[],
  latencyMs: number,
): Classified {
  const out: Classified = { rig: [], machine: [], own: [] }
  for (const episode of speaker) {
    const touches = (fromMs: number, toMs: number) =>
      fromMs <= episode.endMs + WINDOW_MS && toMs >= episode.startMs - WINDOW_MS
    if (instrument.some(({ startMs, endMs }) => touches(startMs + latencyMs, endMs + latencyMs))) {
      out.rig.push(episode)
    } else if (stalls.some(({ atMs, lateMs }) => touches(atMs, atMs + lateMs))) out.machine.push(episode)
    else out.own.push(episode)
  }
  return out
}
