// The load generator as a process (crowd.c): built when it is wanted, told what to do by lines.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'

export interface Delays {
  count: number
  p50Ms: number
  p99Ms: number
  p999Ms: number
  maxMs: number
}

/** Of the listeners that read, since `begin`. */
export interface Tally {
  /** How much later than the first each listener had each packet. */
  each: Delays
  /** The same of the last listener of each packet. */
  last: Delays
  open: number
  packets: number
  messages: number
  bytes: number
  /** Packets that never came, by their numbers. */
  missed: number
  closes: number
  /** Close code, or HTTP status where it was turned away; 0: none. */
  lastClose: number
}

export interface CrowdOptions {
  port: number
  path: string
  listeners: number
  slow: number
  deaf: number
  mute: number
  /** What their receipts say that they play behind, ms. */
  targetMs: number
}

const READY_MS = 60_000

/** Builds the generator in `dir`. Throws when there is no C compiler. */
export function buildCrowd(dir: string): string {
  const binary = join(dir, 'crowd')
  const sources = ['crowd.c', 'listener.c', 'tally.c'].map((file) => join(import.meta.dirname, file))
  const { status, stderr } = spawnSync('cc', ['-O2', '-o', binary, ...sources], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the crowd needs a C compiler, cc: ${stderr ?? 'there is none'}`)
  return binary
}

export class Crowd {
  readonly #child: ChildProcess
  readonly #lines: Interface

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  }

  /** Resolves when each listener has had a packet; rejects when that takes a minute. */
  static async start(binary: string, options: CrowdOptions): Promise<Crowd> {
    const { port, path, listeners, slow, deaf, mute, targetMs } = options
    const args = ['127.0.0.1', port, path, listeners, slow, deaf, mute, targetMs].map(String)
    const crowd = new Crowd(spawn(binary, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
    try {
      await crowd.#line(READY_MS)
    } catch (error) {
      const tally = await crowd.tell().catch(() => undefined)
      await crowd.stop()
      throw new Error(`not everybody has had a packet: ${JSON.stringify(tally)}`, { cause: error })
    }
    return crowd
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  begin(): void {
    this.#child.stdin?.write('begin\n')
  }

  async tell(): Promise<Tally> {
    this.#child.stdin?.write('tell\n')
    return JSON.parse(await this.#line(5000)) as Tally
  }

  /** They all hang up. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.stdin?.end()
    await ended
  }

  async #line(withinMs: number): Promise<string> {
    const [line] = (await once(this.#lines, 'line', { signal: AbortSignal.timeout(withinMs) })) as [string]
    return line
  }
}
