// Where a steady tone was hurt: frames lost, doubled, faded or replaced. What is allowed is what a good player does:
// follow the instrument's clock by changing the rate a little (≤ 1,000 ppm, slowly).
import { median } from './statistics.ts'
import { type ToneTrack, trackTone, wrap } from './tone-track.ts'

export interface Episode {
  /** From the first to the last reading that is wrong, in ms of the recording; ± 5 ms. */
  startMs: number
  endMs: number
  /** Largest of each: radians off the line, amplitude off its median (1 = silence), residual (1 = as loud). */
  phase: number
  dip: number
  residual: number
}

export interface GlitchReport {
  /** Where the tone was, in ms of the recording. */
  fromMs: number
  toMs: number
  episodes: Episode[]
}

const TONE_HZ = 997
const RATE_HZ = 44_100
/** Gaps between wrong readings up to this long belong to one episode. */
const MERGE_MS = 50
/** Not looked at: the tone's own beginning and end. */
const EDGE_MS = 60
/** Fade, and what the latency may have moved since the chirp beside it. */
const KNOWN_EDGE_MS = 15
/**
 * Phase that moves within 6 ms: a lost millisecond of 997 Hz leaves 0.019 rad, a lost frame 0.14; an instant
 * rate change of 250 ppm leaves 0.0094, and of 100 ppm 0.0038.
 */
const SPAN_HOPS = 6

/** How far a reading may be off before it is wrong: as in `Episode`. */
export type Tolerance = Readonly<Pick<Episode, 'phase' | 'dip' | 'residual'>>

/** Of a tone that nothing was done to on its way. */
export const PLAIN: Tolerance = { phase: 0.01, dip: 0.02, residual: 0.01 }
/** Medians are taken over this many readings on both sides: slow drift of the phase is no glitch. */
const MEDIAN_HOPS = 250

/** Throws when there is no tone of at least 0.5 s. */
export function findGlitches(signal: Float32Array, hz = TONE_HZ, rateHz = RATE_HZ): GlitchReport {
  const track = trackTone(signal, hz, rateHz)
  const hopMs = (track.hopFrames / rateHz) * 1000
  const usual = usualAmplitude(track)
  const first = track.amplitude.findIndex((value) => value > usual / 2)
  const last = track.amplitude.findLastIndex((value) => value > usual / 2)
  const edge = Math.round(EDGE_MS / hopMs)
  const [from, to] = [first + edge, last - edge]
  if (to - from < 500) throw new Error('no steady tone in the recording')
  return {
    fromMs: from * hopMs,
    toMs: to * hopMs,
    episodes: episodesIn(track, usual, from, to, hopMs, PLAIN),
  }
}

/** Where a tone was, in frames of the recording. */
export interface Span {
  fromFrame: number
  toFrame: number
}

/**
 * The same where one knows when there was a tone: what is missing of it at either end is a glitch too. What touches
 * two spans is an episode in each. `ms`: of tone that was looked at.
 */
export function findGlitchesWithin(
  signal: Float32Array,
  spans: readonly Span[],
  tolerance = PLAIN,
): { ms: number; episodes: Episode[] } {
  const { track, usual, hopMs, parts } = partsOf(signal, spans)
  return {
    ms: parts.reduce((sum, { from, to }) => sum + (to - from) * hopMs, 0),
    episodes: parts.flatMap(({ from, to }) => episodesIn(track, usual, from, to, hopMs, tolerance)),
  }
}

/** The most that any reading of a tone is off: of one to which something was done on purpose, what that does. */
export function unevenness(signal: Float32Array, spans: readonly Span[]): Tolerance {
  const { track, usual, parts } = partsOf(signal, spans)
  const most = { phase: 0, dip: 0, residual: 0 }
  for (const { from, to } of parts) {
    const { at } = readings(track, usual, from, to)
    for (let i = from; i < to; i++) {
      const { phase, dip, residual } = at(i)
      most.phase = Math.max(most.phase, phase)
      most.dip = Math.max(most.dip, dip)
      most.residual = Math.max(most.residual, residual)
    }
  }
  return most
}

function partsOf(signal: Float32Array, spans: readonly Span[]) {
  const track = trackTone(signal, TONE_HZ, RATE_HZ)
  const edge = Math.round((KNOWN_EDGE_MS * RATE_HZ) / 1000 / track.hopFrames)
  const parts = spans.map(({ fromFrame, toFrame }) => {
    const from = Math.ceil(fromFrame / track.hopFrames) + edge
    const to = Math.floor((toFrame - track.windowFrames) / track.hopFrames) - edge
    if (to - from < 500) throw new Error('a tone of less than half a second')
    return { from, to }
  })
  return { track, usual: usualAmplitude(track), hopMs: (track.hopFrames / RATE_HZ) * 1000, parts }
}

/** How far readings `from` to `to`, which lie inside the tone, are off. */
function readings(track: ToneTrack, usual: number, from: number, to: number) {
  const moves = new Float64Array(track.phase.length)
  for (let i = 0; i + SPAN_HOPS < moves.length; i++) {
    moves[i] = wrap((track.phase[i + SPAN_HOPS] ?? 0) - (track.phase[i] ?? 0))
  }
  const steadyMove = slidingMedian(moves, from, to - SPAN_HOPS)
  const steadyAmplitude = slidingMedian(track.amplitude, from, to)
  const at = (i: number): Tolerance => {
    const centre = i - SPAN_HOPS / 2
    return {
      phase: centre >= from ? Math.abs(wrap((moves[centre] ?? 0) - steadyMove(centre))) : 0,
      // Where most of half a second is missing, the local median says nothing.
      dip: Math.abs((track.amplitude[i] ?? 0) / Math.max(usual / 2, steadyAmplitude(i)) - 1),
      residual: track.residual[i] ?? 0,
    }
  }
  return { at, steadyResidual: slidingMedian(track.residual, from, to) }
}

function episodesIn(
  track: ToneTrack,
  usual: number,
  from: number,
  to: number,
  hopMs: number,
  tolerance: Tolerance,
): Episode[] {
  const { at, steadyResidual } = readings(track, usual, from, to)
  const episodes: Episode[] = []
  for (let i = from; i < to; i++) {
    const { phase, dip, residual } = at(i)
    const mostResidual = Math.max(tolerance.residual, 4 * steadyResidual(i))
    if (phase < tolerance.phase && dip < tolerance.dip && residual < mostResidual) continue
    const startMs = i * hopMs
    const endMs = startMs + (track.windowFrames / track.hopFrames) * hopMs
    const open = episodes.at(-1)
    if (open && startMs - open.endMs < MERGE_MS) {
      open.endMs = endMs
      open.phase = Math.max(open.phase, phase)
      open.dip = Math.max(open.dip, dip)
      open.residual = Math.max(open.residual, Math.min(residual, 1))
    } else episodes.push({ startMs, endMs, phase, dip, residual: Math.min(residual, 1) })
  }
  return episodes
}

/** Throws on silence. */
function usualAmplitude({ amplitude }: ToneTrack): number {
  const loudest = amplitude.reduce((max, value) => Math.max(max, value), 0)
  const usual = median(amplitude.filter((value) => value > loudest / 4))
  if (!(usual > 0.003)) throw new Error('the recording is silent')
  return usual
}

/** Median over ±MEDIAN_HOPS inside `from`…`to`, worked out every 25 readings. */
function slidingMedian(values: Float64Array, from: number, to: number): (index: number) => number {
  const every = 25
  const medians: number[] = []
  for (let i = from; i <= to + every; i += every) {
    const low = Math.max(from, Math.min(i, to) - MEDIAN_HOPS)
    medians.push(median(values.subarray(low, Math.min(to, low + 2 * MEDIAN_HOPS))))
  }
  return (index) =>
    medians[Math.max(0, Math.min(medians.length - 1, Math.round((index - from) / every)))] ?? 0
}
