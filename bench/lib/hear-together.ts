// What several listeners hear of one performance, each at speakers of their own, in one recording.
import { instrumentAndAll } from '../../test/studio/recorder.ts'
import { chirp, chirps } from '../../test/studio/signal.ts'
import type { Studio } from '../../test/studio/studio.ts'
import { refuseTorn } from './chirp-latency.ts'
import { type HeardChirp, type PairSkew, skewsIn } from './skew.ts'

export interface Together {
  /** Chirps the instrument played; those the rig tore on its own channel were heard by nobody. */
  played: number
  /** By pair of speakers: what was heard there, and when. */
  listeners: HeardChirp[][]
  pairs: PairSkew[]
}

/**
 * Plays `count` chirps, two in 1.2 s, on channels 1 and 2, and finds them at every pair of speakers. `tailMs`: for how
 * long it listens after the last, which must be longer than the longest delay. `during` runs meanwhile. Throws when the
 * instrument itself was recorded with less than half of them.
 */
export async function hearTogether(
  studio: Studio,
  count: number,
  { seed = 1, tailMs = 500, during = async () => {} }: HearTogetherOptions = {},
): Promise<Together> {
  const sound = chirps(count, { seed })
  const performance = new Float32Array(sound.length + Math.round(tailMs * 44.1))
  performance.set(sound)
  const recording = await studio.record(instrumentAndAll(studio.speakers))
  const playing = await studio.play([performance, performance])
  await Promise.all([playing.ended, during()])
  const { channels } = await recording.stop()
  const heard = skewsIn(channels, chirp())
  refuseTorn(heard.played, count)
  return { ...heard, played: count }
}

export interface HearTogetherOptions {
  seed?: number
  tailMs?: number
  during?: () => Promise<void>
}
