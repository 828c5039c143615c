// The virtual studio: an instrument, a pair of speakers and a microphone inside one PipeWire graph that
// nothing else on this machine can see. One at a time per machine; it leaves nothing behind, crash or not.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { studioEnv, writeStudioConfig } from './environment.ts'
import { graphNodes, link } from './graph.ts'
import { type Playing, play } from './player.ts'
import { type Env, type Program, run, startProgram } from './process.ts'
import { type Recording, type RecordOptions, record } from './recorder.ts'
import { addSpeakers, hearOwnSpeakers, type Speakers, speakersAt, speakersOf } from './speakers.ts'
import { InVain, waitUntil } from './wait-until.ts'

export const STUDIO_RATE_HZ = 44_100
/** Port suffixes of the instrument's channels, in order: channel 1 is `montage:monitor_FL`. */
export const MONTAGE_PORTS = ['FL', 'FR', 'RL', 'RR', 'FC', 'LFE', 'SL', 'SR'] as const

export interface Studio {
  /** For every program that should live in the studio. */
  readonly env: Env
  /** Private folder, mode 700, gone after `stop()`. */
  readonly dir: string
  /** Where listeners sit. The first pair is everybody's who does not ask for another. */
  readonly speakers: readonly Speakers[]
  /** Plays up to eight channels on the instrument, bit for bit. Resolves when it is linked. */
  play(channels: readonly Float32Array[]): Promise<Playing>
  /** Records ports of the graph in one clock. Resolves when audio is arriving. */
  record(options: RecordOptions): Promise<Recording>
  /** Links an output port to an input port, waiting until both exist. */
  link(output: string, input: string): Promise<void>
  /** Puts the microphone of speakers `place` (from 1) in front of them: a page hears what it plays. */
  hearOwnSpeakers(place: number): Promise<void>
  /** Starts a program that is ended with the studio. */
  start(command: string, args: readonly string[], options?: { env?: Env; stdin?: 'pipe' }): Program
  /** Ends every program of the studio and removes its folder. */
  stop(): Promise<void>
}

type Watcher = ChildProcessByStdio<Writable, Readable, null>

/**
 * Starts the studio with so many pairs of `speakers`, waiting up to `waitS` seconds for another one on this machine to
 * end.
 */
export async function startStudio({
  waitS = 300,
  speakers = 1,
}: {
  waitS?: number
  speakers?: number
} = {}): Promise<Studio> {
  const dir = mkdtempSync(join(tmpdir(), 'backline-studio-'))
  chmodSync(dir, 0o700)
  const watcher = await takeLock(dir, waitS)
  const stop = async () => {
    if (watcher.exitCode !== null) return
    const ended = once(watcher, 'exit')
    watcher.stdin.end()
    await ended
  }
  try {
    return await assemble(dir, speakers, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function takeLock(dir: string, waitS: number): Promise<Watcher> {
  const lock = join(tmpdir(), 'backline-studio.lock')
  const script = join(import.meta.dirname, 'watch.sh')
  const env = { ...process.env }
  delete env['BACKLINE_STUDIO']
  // Detached: Ctrl-C in the terminal must reach us, not the one who cleans up after us.
  const watcher: Watcher = spawn('sh', [script, lock, dir, String(waitS)], {
    env,
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  watcher.stdin.on('error', () => {}) // it may already be gone when the pipe is closed
  const [word] = (await Promise.race([once(watcher.stdout, 'data'), once(watcher, 'exit')])) as [unknown]
  if (String(word).trim() !== 'held') {
    rmSync(dir, { recursive: true, force: true })
    throw new Error(`another studio still runs after ${waitS} s (${lock})`)
  }
  return watcher
}

async function assemble(dir: string, pairs: number, stop: () => Promise<void>): Promise<Studio> {
  const env = studioEnv(dir)
  const speakers = speakersOf(env, pairs)
  writeStudioConfig(dir)
  const programs: Program[] = []
  const start: Studio['start'] = (command, args, options = {}) => {
    const program = startProgram(command, args, {
      env: { ...env, ...options.env },
      ...(options.stdin ? { stdin: options.stdin } : {}),
    })
    programs.push(program)
    return program
  }
  const ready = async (what: string, probe: () => Promise<unknown>) => {
    await waitUntil(what, async () => {
      const dead = programs.find((program) => !program.alive())
      if (dead) throw new InVain(`${dead.child.spawnfile} ended: ${dead.log()}`)
      return probe()
    })
  }

  start('dbus-daemon', [
    '--session',
    `--address=${env['DBUS_SESSION_BUS_ADDRESS']}`,
    '--nofork',
    '--nopidfile',
  ])
  start('pipewire', ['-c', join(import.meta.dirname, 'pipewire.conf')])
  await ready('the nodes of the studio', async () => {
    const names = (await graphNodes(env)).map((node) => node.name)
    return ['montage', 'speakers', 'mic'].every((name) => names.includes(name))
  })
  for (const pair of speakers.slice(1)) await addSpeakers(env, pair)
  start('wireplumber', [])
  start('pipewire-pulse', [])
  await ready('the pulse server and its default output', async () => {
    const info = await run('pactl', ['info'], env)
    const sinks = await run('pactl', ['list', 'short', 'sinks'], env)
    return (
      /Default Sink: (montage|speakers)/.test(info) &&
      speakers.every(({ name }) => sinks.includes(`\t${name}\t`))
    )
  })

  return {
    env,
    dir,
    speakers,
    start,
    stop,
    play: (channels) => play(env, dir, channels),
    record: (options) => record(env, dir, options),
    link: (output, input) => link(env, output, input),
    hearOwnSpeakers: (place) => hearOwnSpeakers(env, speakersAt(speakers, place)),
  }
}
