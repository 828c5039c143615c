// Keeps one capture child alive. Three deaths: asked for; refused its settings before it ever played
// (given up); anything else (replaced after a delay, as a new stream).
import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import {
  ACK_EVERY_MS,
  CAPTURE_EXIT,
  type FromCapture,
  type GainMatrix,
  PACKET_FD,
  type SourceInfo,
  type SourceSettings,
  type ToCapture,
} from '../shared/capture-messages.ts'
import { unreachable } from '../shared/unreachable.ts'
import type { PacketHeader } from '../shared/wire/packet.ts'
import { WireError } from '../shared/wire/wire-error.ts'
import { logLines } from './child-output.ts'
import { RestartDelay, type RestartTiming } from './restart-delay.ts'
import { PacketReader } from './streaming/packet-reader.ts'

export type Levels = Extract<FromCapture, { kind: 'levels' }>

export interface SupervisorEvents {
  /** A stream begins: its packets follow. */
  ready: [source: SourceInfo, streamId: number]
  /** The bytes may be kept, not changed; the header is valid during the event. */
  packet: [packet: Buffer, header: Readonly<PacketHeader>]
  levels: [levels: Levels]
  /** The child is gone and nobody asked; it comes back in `delayMs`. */
  down: [message: string, delayMs: number]
  /** The child refused its settings before it ever played; it does not come back. */
  'gave-up': [message: string]
}

export interface SupervisorTiming extends RestartTiming {
  /** Time from fork to `ready`. */
  readyMs: number
  /** After `ready` the child says something 20 times a second; silent for this long, it hangs. */
  silentMs: number
  /** From SIGTERM to SIGKILL. */
  graceMs: number
}

export const SUPERVISOR_TIMING: SupervisorTiming = {
  firstMs: 250,
  longestMs: 5000,
  healthyMs: 10_000,
  readyMs: 10_000,
  silentMs: 5000,
  graceMs: 1000,
}

/** A small young generation: 5 MB less, and shorter pauses, for a process that makes little garbage. */
const CHILD_FLAGS = ['--max-semi-space-size=1']
/**
 * libuv's pool only waits for the device: with one thread two reads can be queued without racing, and the waiting
 * does not move from thread to thread (1 % of a core). One arena of malloc: 4 MB less.
 */
const CHILD_ENV = { UV_THREADPOOL_SIZE: '1', MALLOC_ARENA_MAX: '1' }
/** Lines of stderr that are kept for the case that the child crashes. */
const LAST_WORDS = 10

export interface SupervisorLog {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

export interface SupervisorOptions {
  /** The child's entry, a `file:` URL. */
  entry: URL
  settings: SourceSettings
  log: SupervisorLog
  timing?: Partial<SupervisorTiming>
}

/** One child at a time. Methods are for the main thread; none blocks, only `stop` waits. */
export class CaptureSupervisor extends EventEmitter<SupervisorEvents> {
  readonly #entry: string
  readonly #log: SupervisorLog
  readonly #timing: SupervisorTiming
  readonly #delay: RestartDelay
  #settings: SourceSettings
  /** What the source mixes itself with, while nobody has chosen. */
  #ownMix: GainMatrix | undefined
  #child: ChildProcess | undefined
  #restartTimer: NodeJS.Timeout | undefined
  #watchdog: NodeJS.Timeout | undefined
  #stopping = false
  #hasPlayed = false
  #deviceWasInUse = false
  #readyAtMs: number | undefined
  #heard = false
  #lastFault: string | undefined
  #lastWords: string[] = []
  /** Packets that overtook `ready`: as many as the child has credit for. */
  #early: Buffer[] = []
  #reader: PacketReader | undefined
  #ackFrames = 0
  #ackedTo = 0
  // Tenths of a second since 1970: starts at least 0.25 s apart never meet an id of an earlier run.
  #streamId = Math.floor(Date.now() / 100) >>> 0
  #restarts = 0

  constructor(options: SupervisorOptions) {
    super()
    this.#entry = fileURLToPath(options.entry)
    this.#settings = options.settings
    this.#log = options.log
    this.#timing = { ...SUPERVISOR_TIMING, ...options.timing }
    this.#delay = new RestartDelay(this.#timing)
  }

  /** Process id of the running child. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  get restarts(): number {
    return this.#restarts
  }

  get gains(): GainMatrix {
    return this.#ownMix ?? this.#settings.gains
  }

  /** Starts the child unless there is one. */
  start(): void {
    if (this.#child !== undefined || this.#stopping) return
    const child = fork(this.#entry, {
      execArgv: [...process.execArgv, ...CHILD_FLAGS],
      env: { ...process.env, ...CHILD_ENV },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'ipc'],
    })
    this.#child = child
    this.#readyAtMs = undefined
    this.#lastFault = undefined
    logLines(child.stdout, (line) => this.#log.debug(line))
    this.#lastWords = []
    logLines(child.stderr, (line) => {
      this.#log.debug(line)
      this.#lastWords.push(line)
      if (this.#lastWords.length > LAST_WORDS) this.#lastWords.shift()
    })
    this.#early = []
    this.#reader = new PacketReader((packet, header) => {
      this.emit('packet', packet, header)
      this.#ack(header.position + header.frames)
    })
    const packets = child.stdio[PACKET_FD] as Readable
    packets.on('data', (chunk: Buffer) => {
      if (this.#child !== child) return
      if (this.#readyAtMs === undefined) this.#early.push(chunk)
      else this.#read(chunk)
    })
    packets.on('error', ignore) // of a child that is going
    child.on('message', (message) => this.#hear(message as FromCapture))
    child.once('exit', (code, signal) => this.#exited(child, code, signal))
    // Fork failures and writes to a child that is going: `exit` says what is to be done.
    child.on('error', (error) => {
      this.#log.debug(`capture child: ${error.message}`)
      if (child.pid === undefined) this.#exited(child, null, null)
    })
    this.#watchdog = setTimeout(() => this.#kill(child, 'was not ready in time'), this.#timing.readyMs)
    this.#streamId = (this.#streamId + 1) >>> 0
    const own = { reopening: this.#deviceWasInUse, streamId: this.#streamId }
    this.#send({ kind: 'start', settings: { ...this.#settings, ...own } })
  }

  /** From now on, and after every restart. The child ramps to it. */
  setGains(gains: GainMatrix): void {
    this.#settings = { ...this.#settings, gains, gainsAreDefault: false }
    this.#ownMix = undefined
    if (this.#readyAtMs !== undefined) this.#send({ kind: 'mix', gains })
  }

  /** SIGTERM, SIGKILL after the grace; resolves when the child is gone. */
  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#restartTimer)
    const child = this.#child
    if (child === undefined) return
    // Not events.once: it rejects when a last write to the child fails.
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const killer = setTimeout(() => child.kill('SIGKILL'), this.#timing.graceMs)
    child.kill('SIGTERM')
    await gone
    clearTimeout(killer)
  }

  #hear(message: FromCapture): void {
    this.#heard = true
    switch (message.kind) {
      case 'levels':
        this.emit('levels', message)
        return
      case 'ready':
        this.#ready(message.source)
        return
      case 'log':
        this.#log[message.level](message.message)
        return
      case 'fault':
        this.#lastFault = message.message
        return
      default:
        unreachable(message)
    }
  }

  #ready(source: SourceInfo): void {
    this.#hasPlayed = true
    this.#readyAtMs = performance.now()
    this.#ownMix = source.mix
    if (source.input === 'device') this.#deviceWasInUse = true
    this.#ackedTo = 0
    // By audio, so that a burst after a stall is acked as well; a packet less, so as not to be late.
    this.#ackFrames = (source.rateHz * ACK_EVERY_MS) / 1000 - source.periodFrames
    this.#watchForSilence()
    this.emit('ready', source, this.#streamId)
    for (const chunk of this.#early.splice(0)) this.#read(chunk)
  }

  #read(chunk: Buffer): void {
    try {
      this.#reader?.push(chunk)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      if (this.#child) this.#kill(this.#child, `sent what is no packet (${error.message})`)
    }
  }

  #ack(position: number): void {
    if (position - this.#ackedTo < this.#ackFrames) return
    this.#ackedTo = position
    this.#send({ kind: 'ack', position })
  }

  /** Counts in ticks, not in time: a server that was itself suspended does not blame the child. */
  #watchForSilence(): void {
    clearTimeout(this.#watchdog)
    const child = this.#child
    let silentTicks = 0
    this.#watchdog = setInterval(() => {
      silentTicks = this.#heard ? 0 : silentTicks + 1
      this.#heard = false
      if (silentTicks >= 5 && child !== undefined) this.#kill(child, 'went silent')
    }, this.#timing.silentMs / 5)
  }

  #kill(child: ChildProcess, why: string): void {
    this.#lastFault ??= `The capture process ${why}.`
    child.kill('SIGKILL')
  }

  #exited(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#child !== child) return
    this.#child = undefined
    clearTimeout(this.#watchdog)
    if (this.#stopping) return
    const message = this.#lastFault ?? `The capture process ended (${signal ?? `exit ${code}`}).`
    if (code === CAPTURE_EXIT.badSettings && !this.#hasPlayed) {
      this.emit('gave-up', message)
      return
    }
    const playedMs = this.#readyAtMs === undefined ? 0 : performance.now() - this.#readyAtMs
    this.#readyAtMs = undefined
    const delayMs = this.#delay.after(playedMs)
    this.#restarts++
    const crashed = this.#lastFault === undefined
    this.#restartTimer = setTimeout(() => {
      // By now stderr has been read to its end, which `exit` does not wait for.
      if (crashed) for (const line of this.#lastWords) this.#log.warn(line)
      this.start()
    }, delayMs)
    this.emit('down', message, delayMs)
  }

  #send(message: ToCapture): void {
    // The callback takes the error of a child that is just going; without it the error is thrown.
    if (this.#child?.connected) this.#child.send(message, ignore)
  }
}

function ignore(): void {}
