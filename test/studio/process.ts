import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

export type Env = Record<string, string>

/** A program of the studio that runs until it is stopped, with the last of what it said. */
export interface Program {
  readonly child: ChildProcess
  /** Last 64 KiB of stdout and stderr. */
  log(): string
  /** True until the program has ended. */
  alive(): boolean
  /** Sends `signal`, SIGKILL after 3 s, and waits for the end. Safe to call twice. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/**
 * `command` at a real-time priority where the system allows it (root, or an rtprio limit), so that a busy machine
 * does not interrupt the rig itself; plain `command` elsewhere.
 */
export function realtime(command: string, args: readonly string[]): [command: string, args: string[]] {
  allowed ??= spawnSync('chrt', ['-f', '60', 'true']).status === 0
  return allowed ? ['chrt', ['-f', '60', command, ...args]] : [command, [...args]]
}
let allowed: boolean | undefined

const LOG_CHARS = 64 * 1024

/** Starts `command` with its output kept. `stdin: 'pipe'` leaves stdin to the caller. */
export function startProgram(
  command: string,
  args: readonly string[],
  options: { env: Env; cwd?: string; stdin?: 'ignore' | 'pipe'; stdout?: (chunk: Buffer) => void },
): Program {
  const child = spawn(command, args, {
    env: options.env,
    ...(options.cwd ? { cwd: options.cwd } : {}),
    stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
  })
  let log = ''
  const keep = (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-LOG_CHARS)
  }
  child.stdout?.on('data', options.stdout ?? keep)
  child.stderr?.on('data', keep)
  child.on('error', (error) => keep(Buffer.from(`${command}: ${error.message}\n`)))
  child.stdin?.on('error', () => {}) // the program may end before it has read everything
  const alive = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null
  return {
    child,
    log: () => log,
    alive,
    async stop(signal = 'SIGTERM') {
      if (!alive()) return
      const ended = once(child, 'exit')
      child.kill(signal)
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000)
      await ended
      clearTimeout(timer)
    },
  }
}

/** Runs a short program to its end and gives its stdout; rejects with stderr in the message. */
export function run(command: string, args: readonly string[], env: Env): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { env, timeout: 20_000, maxBuffer: 32 << 20 }, (error, stdout) => {
      if (error) reject(error)
      else resolve(stdout)
    })
  })
}
