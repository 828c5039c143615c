// What a listener hears, measured in the studio's own graph: instrument and speakers in one recording.

import { type RungName, rungNamed } from '../../src/shared/rungs.ts'
import { chirp, chirps } from '../../test/studio/signal.ts'
import { STUDIO_RATE_HZ, type Studio } from '../../test/studio/studio.ts'
import { capturedSo } from './captured.ts'
import { type ChirpLatency, chirpLatencies, refuseTorn } from './chirp-latency.ts'
import { chirpedTone, findChirpedTone } from './chirped-tone.ts'
import { type Classified, classify, type Stall } from './classify.ts'
import { toleranceOf } from './coded-tone.ts'
import { controlGlitches, playControlTone } from './control-tone.ts'
import { type Episode, findGlitchesWithin } from './glitches.ts'
import { watchStalls } from './stalls.ts'
import { type Spread, spread } from './statistics.ts'
import { Witness } from './witness.ts'

export interface LatencyResult extends Spread {
  /** Chirps played, and how many of them were heard clearly. */
  played: number
  heard: number
  /** Lowest normalised correlation among those heard. */
  confidence: number
  /** In the order played, ms. */
  eachMs: number[]
}

/** A graph that stands still while a chirp is played tears it on the instrument's own channel. */
const TAKES = 3

/**
 * Plays `count` chirps on channels 1 and 2 and measures when the left speaker has them, ms: in the first of three takes in which
 * the instrument itself was recorded with all of them, or in the best: what it lacks is not heard. Throws when it has fewer than half.
 */
export async function hearChirps(studio: Studio, count: number, seed = 1): Promise<LatencyResult> {
  let best = await takeChirps(studio, count, seed)
  for (let take = 2; take <= TAKES && best.found !== count; take++) {
    const next = await takeChirps(studio, count, seed)
    if (next.found > best.found) best = next
  }
  refuseTorn(best.found, count)
  return latencyResult(best.latencies, count)
}

async function takeChirps(studio: Studio, count: number, seed: number) {
  const recording = await studio.record({
    inputs: [
      ['montage:monitor_FL', 0],
      ['speakers:monitor_FL', 1],
    ],
    channels: 2,
  })
  const sound = chirps(count, { seed })
  // Half a second more than the chirps: a late echo must still be in the recording.
  const playing = await studio.play(Array(2).fill(withTail(sound, 22_050)))
  await playing.ended
  const [instrument, speaker] = (await recording.stop()).channels
  if (!instrument || !speaker) throw new Error('the recording lacks a channel')
  return chirpLatencies(instrument, speaker, chirp())
}

function latencyResult(heard: readonly ChirpLatency[], played: number): LatencyResult {
  const eachMs = heard.map(({ latencyMs }) => latencyMs)
  return {
    ...spread(eachMs),
    played,
    heard: heard.length,
    confidence: Math.min(...heard.map(({ confidence }) => confidence)),
    eachMs,
  }
}

export interface ToneResult extends Classified {
  /** Of steady tone heard at the speakers. */
  seconds: number
  /** Episodes on the instrument's own channel. */
  instrument: Episode[]
  stalls: number
  worstStallMs: number
  /** The same by CLOCK_MONOTONIC. */
  monotonicStalls: readonly Stall[]
  stallMonitor: 'c' | 'node'
}

export interface Listening {
  studio: Studio
  serverUrl: string
  /** Which one the page plays, asked when all has been heard; null: none any more. */
  rung: () => Promise<RungName | null>
}

/**
 * Plays 997 Hz on channels 1 and 2 for `seconds`, with `count` chirps before, in and after it, and finds what was wrong with
 * the tone at either speaker, beyond what its codec does to it, and when the left one had the chirps. `serverUrl`: what it sends is
 * compared with that. `during`: called as it starts, its result awaited before it is over. Throws where the studio has no second pair of speakers, for the control tone.
 */
export async function hearChirpedTone(
  { studio, serverUrl, rung }: Listening,
  seconds: number,
  count: number,
  during: () => Promise<void> = async () => {},
): Promise<{ latency: LatencyResult; tone: ToneResult }> {
  const performance = chirpedTone(seconds, count)
  const monitor = await watchStalls(studio)
  const control = await playControlTone(studio, performance.sound.length / STUDIO_RATE_HZ)
  const recording = await studio.record({
    inputs: [
      ['montage:monitor_FL', 0],
      ['speakers:monitor_FL', 1],
      ['speakers:monitor_FR', 2],
      [control.port, 3],
    ],
    channels: 4,
  })
  const playing = await studio.play([performance.sound, performance.sound])
  // Only now: while the sound is written nobody here would read what is sent.
  const witness = await Witness.at(serverUrl)
  await Promise.all([playing.ended, during()]).finally(() => witness.stop())
  const { channels, startMonotonicMs } = await recording.stop()
  await control.stop()
  const monotonicStalls = await monitor.stop()
  const tolerance = await toleranceOf(rungNamed((await rung()) ?? 'pcm16'), performance)
  const stalls = monotonicStalls.map(({ atMs, lateMs }) => ({ atMs: atMs - startMonotonicMs, lateMs }))
  const [instrument, left, right, alone] = channels
  if (!instrument || !left || !right || !alone) throw new Error('the recording lacks a channel')
  const found = findChirpedTone(performance, instrument, left)
  const latency = latencyResult(found.heard, count)
  const captured = capturedSo(witness.tell(startMonotonicMs, instrument.length), performance, instrument)
  const played = findGlitchesWithin(instrument, found.instrument)
  const [atLeft, atRight] = [left, right].map((channel) =>
    findGlitchesWithin(channel, found.speaker, tolerance),
  )
  return {
    latency,
    tone: {
      ...classify(together(atLeft?.episodes ?? [], atRight?.episodes ?? []), {
        instrument: played.episodes,
        control: controlGlitches(alone),
        stalls,
        captured,
        latencyMs: latency.p50,
      }),
      seconds: (atLeft?.ms ?? 0) / 1000,
      instrument: played.episodes,
      stalls: stalls.length,
      worstStallMs: stalls.reduce((worst, { lateMs }) => Math.max(worst, lateMs), 0),
      monotonicStalls,
      stallMonitor: monitor.kind,
    },
  }
}

/** What happened on both speakers at once is one episode. */
function together(left: readonly Episode[], right: readonly Episode[]): Episode[] {
  const merged: Episode[] = []
  for (const episode of [...left, ...right].sort((a, b) => a.startMs - b.startMs)) {
    const last = merged.at(-1)
    if (!last || episode.startMs > last.endMs + 50) merged.push({ ...episode })
    else {
      last.endMs = Math.max(last.endMs, episode.endMs)
      last.phase = Math.max(last.phase, episode.phase)
      last.dip = Math.max(last.dip, episode.dip)
      last.residual = Math.max(last.residual, episode.residual)
    }
  }
  return merged
}

function withTail(sound: Float32Array, frames: number): Float32Array {
  const out = new Float32Array(sound.length + frames)
  out.set(sound)
  return out
}
