// What the rig does to a tone by itself: this one reaches speakers of its own through the sound server that every browser uses, and no
// browser. Where the sound server misses a cycle of the graph, 128 frames of everything that goes through it are lost at once.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { graphLinks } from '../../test/studio/graph.ts'
import { tone } from '../../test/studio/signal.ts'
import { speakersAt } from '../../test/studio/speakers.ts'
import { STUDIO_RATE_HZ, type Studio } from '../../test/studio/studio.ts'
import { InVain, waitUntil } from '../../test/studio/wait-until.ts'
import { interleaveInt16 } from '../../test/studio/wav.ts'
import { say } from './bench.ts'
import { type Episode, findGlitches } from './glitches.ts'

export interface ControlTone {
  /** Where it is recorded. */
  readonly port: string
  stop(): Promise<void>
}

const HZ = 997
/** The second pair of the studio: browsers sit at the first. */
const PLACE = 2
/** So much is in the sound server's hands: a player that is not woken in time breaks nothing. */
const LATENCY_MS = 500
/** A rig that stands still plays longer. */
const SPARE_S = 30

/** Plays for `seconds` and some more, unless it is stopped. Resolves when it is linked. Throws where the studio has one pair only. */
export async function playControlTone(studio: Studio, seconds: number): Promise<ControlTone> {
  const { name } = speakersAt(studio.speakers, PLACE)
  const path = join(studio.dir, 'control-tone.raw')
  await writeFile(path, interleaveInt16([tone(HZ, Math.ceil(seconds + SPARE_S))]))
  const player = studio.start('pacat', [
    ...['--playback', '--raw', `--device=${name}`, `--latency-msec=${LATENCY_MS}`],
    ...['--format=s16le', `--rate=${STUDIO_RATE_HZ}`, '--channels=1', path],
  ])
  await waitUntil('the control tone to be linked to its speakers', async () => {
    if (!player.alive()) throw new InVain(`pacat ended: ${player.log()}`)
    return (await graphLinks(studio.env)).some(([, to]) => to.startsWith(`${name}:`))
  })
  return { port: `${name}:monitor_FL`, stop: () => player.stop() }
}

/** What happened to it, in ms of its recording. A tone that was not there says nothing about anybody. */
export function controlGlitches(recorded: Float32Array): Episode[] {
  try {
    return findGlitches(recorded, HZ, STUDIO_RATE_HZ).episodes
  } catch (error) {
    say(`nothing is known of the rig alone: ${error instanceof Error ? error.message : error}`)
    return []
  }
}
