// Thread: server. One Opus worker after the other: started, watched, replaced when it dies or stands still.
import { Worker } from 'node:worker_threads'
import { RestartDelay, type RestartTiming } from '../../restart-delay.ts'
import type { FromOpusWorker, ToOpusWorker } from './messages.ts'

export interface OpusTiming extends RestartTiming {
  /** After the last rung is closed the worker is kept for so long, for the listener who comes back. */
  idleMs: number
  /** From the start of the worker to its first word. */
  readyMs: number
  /** A worker that takes nothing for so long is replaced. */
  stuckMs: number
}

const TIMING: OpusTiming = {
  firstMs: 250,
  longestMs: 5000,
  healthyMs: 10_000,
  idleMs: 5000,
  readyMs: 10_000,
  stuckMs: 3000,
}

/** Young generation of the worker: it makes little garbage, and should not hold 16 MB of it. */
const YOUNG_MB = 2

export interface WorkerLifeOptions {
  log: { warn(details: object, message: string): void }
  /** For tests. */
  entry?: URL | undefined
  timing?: Partial<OpusTiming> | undefined
  /** The same for every worker: where it counts what encoding takes. */
  encodeTimes: SharedArrayBuffer
  /** It has said its first word: now it can be told things. */
  onReady: () => void
  onPackets: (bytes: ArrayBuffer) => void
  /** There is no worker any more, or not yet: what it was told is forgotten. */
  onGone: () => void
}

/** Nothing here blocks; only `stop` waits. */
export class WorkerLife {
  readonly #options: WorkerLifeOptions
  readonly #entry: URL
  readonly #timing: OpusTiming
  readonly #delay: RestartDelay
  #wanted = false
  #worker: Worker | undefined
  #readyAtMs: number | undefined
  /** Since when the worker has taken nothing. */
  #fullSinceMs: number | undefined
  /** Since when there is none that works. */
  #failedAtMs: number | undefined
  #restarts = 0
  #readyTimer: NodeJS.Timeout | undefined
  #restartTimer: NodeJS.Timeout | undefined
  #idleTimer: NodeJS.Timeout | undefined
  readonly #ending = new Set<Promise<unknown>>()

  constructor(options: WorkerLifeOptions) {
    this.#options = options
    this.#entry = options.entry ?? workerEntry()
    this.#timing = { ...TIMING, ...options.timing }
    this.#delay = new RestartDelay(this.#timing)
  }

  /** It has said its first word, and lives. */
  get ready(): boolean {
    return this.#readyAtMs !== undefined
  }

  /** The last one died, and none has been ready since. */
  get failed(): boolean {
    return this.#failedAtMs !== undefined
  }

  /** For how long; 0: it has not. */
  failedMs(nowMs: number): number {
    return nowMs - (this.#failedAtMs ?? nowMs)
  }

  /** Deaths that nobody asked for. */
  get restarts(): number {
    return this.#restarts
  }

  /** Somebody needs it from now on. */
  want(): void {
    this.#wanted = true
    clearTimeout(this.#idleTimer)
    if (this.#worker === undefined && this.#restartTimer === undefined) this.#start()
  }

  /** Nobody needs it any more: it is kept for a while. */
  release(): void {
    this.#wanted = false
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => this.#letGo(), this.#timing.idleMs)
  }

  /** Nothing before it is ready: what it must know then, it is told then. */
  send(message: ToOpusWorker): void {
    if (this.ready) this.#worker?.postMessage(message)
  }

  /** It took what it was offered. */
  took(): void {
    this.#fullSinceMs = undefined
  }

  /** It did not take what it was offered: after a while of that it is replaced. */
  full(nowMs: number): void {
    this.#fullSinceMs ??= nowMs
    const { stuckMs } = this.#timing
    if (nowMs - this.#fullSinceMs < stuckMs) return
    this.#options.log.warn({ stuckMs }, 'the Opus worker stands still')
    this.#fullSinceMs = undefined
    void this.#worker?.terminate() // its exit is heard like any other death
  }

  /** Ends the worker; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#wanted = false
    this.#letGo()
    await Promise.all(this.#ending)
  }

  #start(): void {
    clearTimeout(this.#restartTimer)
    this.#restartTimer = undefined
    const worker = new Worker(this.#entry, {
      name: 'opus',
      execArgv: [],
      workerData: this.#options.encodeTimes,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    })
    this.#worker = worker
    // A worker that is ended here dies like any other: its exit is heard.
    this.#readyTimer = setTimeout(() => void worker.terminate(), this.#timing.readyMs)
    let message = ''
    worker.on('message', (said: FromOpusWorker) => {
      if (this.#worker === worker) this.#hear(said)
    })
    worker.on('error', (error: unknown) => {
      message = error instanceof Error ? error.message : String(error)
    })
    worker.once('exit', (code) => {
      if (this.#worker === worker) this.#died(message || `exit code ${code}`)
    })
  }

  #hear(said: FromOpusWorker): void {
    if (said.kind === 'packets') {
      this.#options.onPackets(said.bytes)
      return
    }
    clearTimeout(this.#readyTimer)
    this.#readyAtMs = performance.now()
    this.#failedAtMs = undefined
    this.#options.onReady()
  }

  #died(message: string): void {
    const healthyMs = this.#readyAtMs === undefined ? 0 : performance.now() - this.#readyAtMs
    const delayMs = this.#delay.after(healthyMs)
    this.#forget()
    this.#failedAtMs ??= performance.now()
    this.#restarts++
    this.#options.log.warn({ delayMs }, `the Opus worker ended: ${message}`)
    this.#restartTimer = setTimeout(() => {
      this.#restartTimer = undefined
      if (this.#wanted) this.#start()
    }, delayMs)
  }

  #letGo(): void {
    clearTimeout(this.#idleTimer)
    clearTimeout(this.#restartTimer)
    this.#restartTimer = undefined
    const worker = this.#worker
    this.#forget()
    this.#failedAtMs = undefined
    if (worker === undefined) return
    const gone = worker.terminate().finally(() => this.#ending.delete(gone))
    this.#ending.add(gone)
  }

  #forget(): void {
    clearTimeout(this.#readyTimer)
    this.#worker = undefined
    this.#readyAtMs = undefined
    this.#fullSinceMs = undefined
    this.#options.onGone()
  }
}

/** Beside this file in the sources. In the build this code is in `server` or in `shared`, and the worker in `server`. */
function workerEntry(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? './worker-dev.mjs' : '../server/opus-worker.js', import.meta.url)
}
