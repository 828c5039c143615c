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
  /** Sent so: lost before the capture was given it. */
  captured: Episode[]
  /** Ours. The budget is zero. */
  own: Episode[]
}

/** In ms of the recording. */
export type Span = Pick<Episode, 'startMs' | 'endMs'>

const WINDOW_MS = 120

/**
 * Who is to blame for each episode at the speakers. `latencyMs`: how much later they hear the instrument. `captured`: what was wrong
 * with the stream already, by the instrument's time.
 */
export function classify(
  speaker: readonly Episode[],
  instrument: readonly Episode[],
  stalls: readonly Stall[],
  latencyMs: number,
  captured: readonly Span[] = [],
): Classified {
  const out: Classified = { rig: [], machine: [], captured: [], own: [] }
  for (const episode of speaker) {
    const touches = (fromMs: number, toMs: number) =>
      fromMs <= episode.endMs + WINDOW_MS && toMs >= episode.startMs - WINDOW_MS
    const wasPlayed = ({ startMs, endMs }: Span) => touches(startMs + latencyMs, endMs + latencyMs)
    if (instrument.some(wasPlayed)) out.rig.push(episode)
    else if (stalls.some(({ atMs, lateMs }) => touches(atMs, atMs + lateMs))) out.machine.push(episode)
    else if (captured.some(wasPlayed)) out.captured.push(episode)
    else out.own.push(episode)
  }
  return out
}
