import type { Episode } from './glitches.ts'

/** A moment at which the whole machine stood still, in ms of the recording. */
export interface Stall {
  atMs: number
  lateMs: number
}

export interface Classified {
  /** Heard on the instrument's channel too, or at the same instant in the control tone: the rig itself. */
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

export interface Causes {
  instrument: readonly Span[]
  /** Of a tone that went the browser's way to speakers of its own, without a browser. */
  control: readonly Span[]
  stalls: readonly Stall[]
  /** What was wrong with the stream already, by the instrument's time. */
  captured: readonly Span[]
  /** How much later the speakers have what the instrument plays. */
  latencyMs: number
}

const WINDOW_MS = 120
/** A cycle that the graph missed is missing everywhere at once; readings are good to 5 ms on either side. */
const SAME_CYCLE_MS = 10

/** Who is to blame for each episode at the speakers. */
export function classify(
  speaker: readonly Episode[],
  { instrument, control, stalls, captured, latencyMs }: Causes,
): Classified {
  const out: Classified = { rig: [], machine: [], captured: [], own: [] }
  for (const episode of speaker) {
    const touches = (fromMs: number, toMs: number, windowMs = WINDOW_MS) =>
      fromMs <= episode.endMs + windowMs && toMs >= episode.startMs - windowMs
    const wasPlayed = ({ startMs, endMs }: Span) => touches(startMs + latencyMs, endMs + latencyMs)
    const isTheRigs = ({ startMs, endMs }: Span) => touches(startMs, endMs, SAME_CYCLE_MS)
    if (instrument.some(wasPlayed) || control.some(isTheRigs)) out.rig.push(episode)
    else if (stalls.some(({ atMs, lateMs }) => touches(atMs, atMs + lateMs))) out.machine.push(episode)
    else if (captured.some(wasPlayed)) out.captured.push(episode)
    else out.own.push(episode)
  }
  return out
}
