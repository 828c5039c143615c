import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** floor.mjs as a process of its own. */
export class Floor {
  readonly #child: ChildProcess
  readonly port: number

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
  }

  /** `url`: the server it listens to, ws://… */
  static async start(url: string): Promise<Floor> {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'floor.mjs'), url], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
    const [port] = (await once(lines, 'line', { signal: AbortSignal.timeout(10_000) })) as [string]
    return new Floor(child, Number(port))
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill()
    await ended
  }
}
