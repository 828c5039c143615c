import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { link } from './graph.ts'
import { type Env, realtime, startProgram } from './process.ts'
import type { Speakers } from './speakers.ts'
import { waitUntil } from './wait-until.ts'
import { parseWav } from './wav.ts'

export interface RecordOptions {
  /** What goes to which channel of the recording, e.g. `[['montage:monitor_FL', 0], ['speakers:monitor_FL', 1]]`. */
  inputs: readonly (readonly [port: string, channel: number])[]
  channels: number
}

export interface Recorded {
  rateHz: number
  channels: Float32Array[]
  /**
   * Monotonic time (process.hrtime, ms) at which frame 0 was taken, from the file's length and time of last
   * writing, lowest of many readings; late by the recorder's own buffer, about 10 ms.
   */
  startMonotonicMs: number
}

export interface Recording {
  stop(): Promise<Recorded>
}

/** Instrument channel 1 left, left speaker right. */
export const INSTRUMENT_AND_SPEAKER: RecordOptions = {
  inputs: [
    ['montage:monitor_FL', 0],
    ['speakers:monitor_FL', 1],
  ],
  channels: 2,
}

/** Instrument channel 1, then the left of each pair of speakers: what one listener hears against another. */
export function instrumentAndAll(speakers: readonly Speakers[]): RecordOptions {
  const ports = ['montage:monitor_FL', ...speakers.map(({ name }) => `${name}:monitor_FL`)]
  return { inputs: ports.map((port, channel) => [port, channel] as const), channels: ports.length }
}

let serial = 0

/** Starts a recorder that all its inputs reach in the same graph cycle. Resolves when the file grows. */
export async function record(env: Env, dir: string, options: RecordOptions): Promise<Recording> {
  const name = `recorder-${++serial}`
  const path = join(dir, `${name}.wav`)
  const map = Array.from({ length: options.channels }, (_, i) => `AUX${i}`)
  const program = startProgram(
    ...realtime('pw-record', [
      ...['--target', '0', '--latency', '128', '--rate', '44100', '--format', 'f32'],
      ...['--channels', String(options.channels), '--channel-map', map.join(',')],
      ...['--properties', `{ node.name=${name} node.autoconnect=false state.restore-props=false }`, path],
    ]),
    { env },
  )
  for (const [port, channel] of options.inputs) await link(env, port, `${name}:input_AUX${channel}`)
  const empty = await waitUntil('the recording to begin', async () => (await stat(path)).size)
  await waitUntil('the recording to grow', async () => (await stat(path)).size > empty)

  const bytesPerMs = (options.channels * 4 * 44_100) / 1000
  let startWallMs = Number.POSITIVE_INFINITY
  const look = async () => {
    const { size, mtimeMs } = await stat(path)
    startWallMs = Math.min(startWallMs, mtimeMs - size / bytesPerMs)
  }
  const timer = setInterval(() => void look().catch(() => {}), 50) // a missed reading costs nothing
  return {
    async stop() {
      clearInterval(timer)
      await look()
      const monotonicMinusWallMs = Number(process.hrtime.bigint()) / 1e6 - Date.now()
      await program.stop('SIGINT')
      const wav = parseWav(await readFile(path))
      await rm(path)
      return { ...wav, startMonotonicMs: startWallMs + monotonicMinusWallMs }
    },
  }
}
