// A capture process that is forked before it is needed: what it takes to start, 0.3 s and on a busy machine seconds, has passed by then.
import type { ChildProcess } from 'node:child_process'
import { forkCapture } from './capture-child.ts'

/** One at most. It opens nothing, and waits to be told what to. Methods are for the main thread; only `drop` waits. */
export class SpareChild {
  readonly #entry: string
  #process: ChildProcess | undefined

  /** `entry`: path of the capture child's. */
  constructor(entry: string) {
    this.#entry = entry
  }

  /** From now on there is one, if it can be had. */
  keep(): void {
    if (this.#process !== undefined) return
    const spare = forkCapture(this.#entry)
    const forget = () => {
      if (this.#process === spare) this.#process = undefined
    }
    spare.once('exit', forget)
    spare.on('error', forget)
    // One that could not be forked says so later, and never exits.
    if (spare.pid !== undefined) this.#process = spare
  }

  /** Hands it over; undefined: there is none. */
  take(): ChildProcess | undefined {
    const spare = this.#process
    this.#process = undefined
    return spare?.connected ? spare : undefined
  }

  /** It is not needed. Resolves when it is gone. */
  async drop(): Promise<void> {
    const spare = this.#process
    if (spare === undefined) return
    this.#process = undefined
    const gone = new Promise<void>((resolve) => spare.once('exit', () => resolve()))
    spare.kill('SIGKILL')
    await gone
  }
}
