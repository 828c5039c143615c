import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { graphLinks } from './graph.ts'
import { type Env, realtime, startProgram } from './process.ts'
import { InVain, waitUntil } from './wait-until.ts'
import { interleaveInt16, wavFile } from './wav.ts'

/** A performance on the instrument. */
export interface Playing {
  /** Resolves when the last frame has been handed to the graph. */
  readonly ended: Promise<void>
  /** Cuts it short. */
  stop(): Promise<void>
}

let serial = 0

/**
 * Plays `channels` (1–8; missing ones are silent) at 44.1 kHz on the instrument. Samples are rounded to
 * 16 bits here and reach the monitor unchanged: volume 1, no channel mapping, no resampling.
 */
export async function play(env: Env, dir: string, channels: readonly Float32Array[]): Promise<Playing> {
  // pw-cat ends without playing the last block or two: silence takes their place.
  const frames = (channels[0]?.length ?? 0) + 4410
  const silent = new Float32Array(frames)
  const eight = Array.from({ length: 8 }, (_, i) => {
    const padded = silent.slice()
    padded.set(channels[i] ?? [])
    return padded
  })
  const name = `player-${++serial}`
  const path = join(dir, `${name}.wav`)
  await writeFile(path, wavFile(interleaveInt16(eight), 8, 44_100))
  const program = startProgram(
    ...realtime('pw-cat', [
      ...['--playback', '--target', 'montage', '--latency', '128', '--volume', '1.0'],
      ...['--channel-map', 'FL,FR,RL,RR,FC,LFE,SL,SR'],
      ...['--properties', `{ node.name=${name} state.restore-props=false }`, path],
    ]),
    { env },
  )
  let stopping = false
  const exited = once(program.child, 'exit')
  await waitUntil(`${name} to be linked to the instrument`, async () => {
    if (!program.alive()) throw new InVain(`pw-cat ended: ${program.log()}`)
    const links = await graphLinks(env)
    return links.filter(([from, to]) => from.startsWith(`${name}:`) && to.startsWith('montage:')).length === 8
  })
  return {
    ended: exited.then(async ([code]) => {
      await rm(path, { force: true })
      if (code !== 0 && !stopping) throw new Error(`pw-cat failed: ${program.log()}`)
    }),
    stop() {
      stopping = true
      return program.stop('SIGINT')
    },
  }
}
