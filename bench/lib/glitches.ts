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
const MAX_PHASE = 0.01
const MAX_DIP = 0.02
const MAX_RESIDUAL = 0.01
/** Medians are taken over this many readings on both sides: slow drift of the phase is no glitch. */
const MEDIAN_HOPS = 250

/** Throws when there is no tone of at least 0.5 s. */
export function findGlitches(signal: Float32Array, hz = 997, rateHz = 44_100): GlitchReport {
  const track = trackTone(signal, hz, rateHz)
  const hopMs = (track.hopFrames / rateHz) * 1000
  const usual = usualAmplitude(track)
  const first = track.amplitude.findIndex((value) => value > usual / 2)
  const last = track.amplitude.findLastIndex((value) => value > usual / 2)
  const edge = Math.round(EDGE_MS / hopMs)
  const [from, to] = [first + edge, last - edge]
  if (to - from < 500) throw new Error('no steady tone in the recording')
  return { fromMs: from * hopMs, toMs: to * hopMs, episodes: episodesIn(track, usual, from, to, hopMs) }
}

/**
 * The same where one knows when there was a tone: what is missing of it at either end is a glitch too. What touches
 * two spans is an episode in each. `ms`: of tone that was looked at.
 */
export function findGlitchesWithin(
  signal: Float32Array,
  spans: readonly { fromFrame: number; toFrame: number }[],
  hz = 997,
  rateHz = 44_100,
): { ms: number; episodes: Episode[] } {
  const track = trackTone(signal, hz, rateHz)
  const hopMs = (track.hopFrames / rateHz) * 1000
  const usual = usualAmplitude(track)
  const edge = Math.round(KNOWN_EDGE_MS / hopMs)
  let ms = 0
  const episodes: Episode[] = []
  for (const { fromFrame, toFrame } of spans) {
    const from = Math.ceil(fromFrame / track.hopFrames) + edge
    const to = Math.floor((toFrame - track.windowFrames) / track.hopFrames) - edge
    if (to - from < 500) throw new Error('a tone of less than half a second')
    ms += (to - from) * hopMs
    episodes.push(...episodesIn(track, usual, from, to, hopMs))
  }
  return { ms, episodes }
}

/** Readings `from` to `to`, which lie inside the tone. */
function episodesIn(track: ToneTrack, usual: number, from: number, to: number, hopMs: number): Episode[] {
  const moves = new Float64Array(track.phase.length)
  for (let i = 0; i + SPAN_HOPS < moves.length; i++) {
    moves[i] = wrap((track.phase[i + SPAN_HOPS] ?? 0) - (track.phase[i] ?? 0))
  }
  const steadyMove = slidingMedian(moves, from, to - SPAN_HOPS)
  const steadyAmplitude = slidingMedian(track.amplitude, from, to)
  const steadyResidual = slidingMedian(track.residual, from, to)

  const episodes: Episode[] = []
  for (let i = from; i < to; i++) {
    const centre = i - SPAN_HOPS / 2
    const phase = centre >= from ? Math.abs(wrap((moves[centre] ?? 0) - steadyMove(centre))) : 0
    // Where most of half a second is missing, the local median says nothing.
    const dip = Math.abs((track.amplitude[i] ?? 0) / Math.max(usual / 2, steadyAmplitude(i)) - 1)
    const residual = track.residual[i] ?? 0
    if (phase < MAX_PHASE && dip < MAX_DIP && residual < Math.max(MAX_RESIDUAL, 4 * steadyResidual(i)))
      continue
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
