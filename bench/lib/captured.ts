// Which breaks of the tone were in it when it was captured: a witness of the stream has them, and was sent all of it.
import { say } from './bench.ts'
import { type ChirpedTone, findChirpedTone } from './chirped-tone.ts'
import type { Span } from './classify.ts'
import { findGlitchesWithin } from './glitches.ts'
import { median } from './statistics.ts'
import type { Testimony } from './witness.ts'

const FRAMES_PER_MS = 44.1

/**
 * What was wrong with the tone when it was captured, by the instrument's time. A witness who heard nothing of it, as of a stream that
 * began anew at the end, clears nobody of anything.
 */
export function capturedSo(testimony: Testimony, performance: ChirpedTone, instrument: Float32Array): Span[] {
  try {
    return glitchesIn(testimony, performance, instrument)
  } catch (error) {
    say(`nothing is known of what was captured: ${error instanceof Error ? error.message : error}`)
    return []
  }
}

/** Where nothing of it is missing. */
function glitchesIn({ left, holes }: Testimony, performance: ChirpedTone, instrument: Float32Array): Span[] {
  const { heard, speaker } = findChirpedTone(performance, instrument, left)
  const laterMs = median(heard.map(({ latencyMs }) => latencyMs))
  return findGlitchesWithin(left, speaker)
    .episodes.filter(
      ({ startMs, endMs }) =>
        !holes.some(
          (hole) => hole.fromFrame / FRAMES_PER_MS <= endMs && hole.toFrame / FRAMES_PER_MS >= startMs,
        ),
    )
    .map(({ startMs, endMs }) => ({ startMs: startMs - laterMs, endMs: endMs - laterMs }))
}
