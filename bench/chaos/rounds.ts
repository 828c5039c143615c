// One play, again and again.
import { type OpenPlay, type Play, RigError } from '../../test/chaos/play.ts'
import type { Cause } from '../../test/chaos/scene.ts'
import { say } from '../lib/bench.ts'

export interface Outcome {
  name: string
  /** From the end of the cause to sound, of each listener in each round. */
  timesMs: number[]
  /** What was there more than before, of all rounds. */
  left: string[]
  /** Rounds in which something was broken on the way. */
  failed: number
  /** Rounds that were played again because the rig had failed. */
  rig: number
}

/** In one round; then the rig is to be mended first. */
const MOST_RIG_FAILURES = 5

/** Plays what is wanted of it; a scene in which something failed is set anew. */
export async function playRounds(
  play: Play,
  rounds: number,
  isWanted: (name: string) => boolean,
): Promise<Outcome[]> {
  const outcomes = play.names
    .filter(isWanted)
    .map((name): Outcome => ({ name, timesMs: [], left: [], failed: 0, rig: 0 }))
  let opened: OpenPlay | undefined
  const close = async () => {
    await opened?.end()
    opened = undefined
  }
  try {
    for (let round = 0; round < rounds; round++) {
      for (const outcome of outcomes) {
        for (let tries = 0; ; tries++) {
          opened ??= await play.open(round)
          const result = await playOne(opened, outcome)
          if (result !== 'well' || play.once) await close()
          if (result !== 'rig') break
          outcome.rig++
          if (tries === MOST_RIG_FAILURES) throw new Error(`${outcome.name}: the rig fails each time`)
        }
      }
    }
  } finally {
    await close()
  }
  return outcomes
}

async function playOne({ scene, causes }: OpenPlay, outcome: Outcome): Promise<'well' | 'failed' | 'rig'> {
  const { name } = outcome
  try {
    const timesMs = await (causes[name] as Cause)(scene)
    const left = await scene.leftovers()
    outcome.timesMs.push(...timesMs)
    outcome.left.push(...left)
    say(
      `${name}: ${Math.round(Math.max(...timesMs))} ms${left.length > 0 ? `, left: ${left.join(', ')}` : ''}`,
    )
    return 'well'
  } catch (error) {
    say(`${name}: ${error instanceof Error ? error.stack : String(error)}`)
    if (error instanceof RigError) return 'rig'
    outcome.failed++
    return 'failed'
  }
}
