// One capture child, from its start to its end: its messages, its packets, and the watch over it. It is not started again.
import { type ChildProcess, fork } from 'node:child_process'
import type { Readable } from 'node:stream'
import {
  ACK_EVERY_MS,
  type CaptureCounters,
  type CaptureSettings,
  type FromCapture,
  type InputDevice,
  type MarkerNews,
  PACKET_FD,
  type SourceInfo,
  type ToCapture,
} from '../../shared/capture-messages.ts'
import { unreachable } from '../../shared/unreachable.ts'
import type { PacketHeader } from '../../shared/wire/packet.ts'
import { WireError } from '../../shared/wire/wire-error.ts'
import { PacketReader } from '../streaming/packet-reader.ts'
import { logLines } from './child-output.ts'

export type Levels = Extract<FromCapture, { kind: 'levels' }>
export type Facts = Extract<FromCapture, { kind: 'facts' }>

export interface ChildTiming {
  /** Time from fork to `ready`. */
  readyMs: number
  /** After `ready` the child says something 20 times a second; silent for this long, it hangs. */
  silentMs: number
  /** From SIGTERM to SIGKILL. */
  graceMs: number
}

export interface ChildLog {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/** How a child ended that nobody had told to. */
export interface ChildEnd {
  /** A sentence for a person. */
  message: string
  code: number | null
  /** 0: it was never ready. */
  playedMs: number
  /** What it said on stderr last, when it ended without a word of why; complete a little later. */
  lastWords: readonly string[]
}

/** What is heard of a child. Nothing any more from `end` on. */
export interface ChildEar {
  ready(source: SourceInfo): void
  /** The bytes may be kept, not changed; the header is valid during the call. */
  packet(packet: Buffer, header: Readonly<PacketHeader>): void
  levels(levels: Levels): void
  /** Of the marker that was asked for last. */
  marker(news: MarkerNews): void
  devices(devices: InputDevice[]): void
  exited(end: ChildEnd): void
}

export interface CaptureChildOptions {
  /** Forked with `forkCapture`, and told nothing yet. */
  process: ChildProcess
  settings: CaptureSettings
  timing: ChildTiming
  log: ChildLog
  ear: ChildEar
}

/** A small young generation: 5 MB less, and shorter pauses, for a process that makes little garbage. */
const CHILD_FLAGS = ['--max-semi-space-size=1']
/**
 * libuv's pool only waits for the device: with one thread two reads can be queued without racing, and the waiting
 * does not move from thread to thread (1 % of a core). One arena of malloc: 4 MB less.
 */
const CHILD_ENV = { UV_THREADPOOL_SIZE: '1', MALLOC_ARENA_MAX: '1' }
/** A child that says that it ends gives its device 300 ms and its last words 200. */
const ENDS_MS = 600
/** Lines of stderr that are kept for the case that the child crashes. */
const LAST_WORDS = 10

/** The process, forked and listening; it speaks IPC and writes packets to PACKET_FD. */
export function forkCapture(entry: string): ChildProcess {
  return fork(entry, {
    execArgv: [...process.execArgv, ...CHILD_FLAGS],
    env: { ...process.env, ...CHILD_ENV },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'ipc'],
  })
}

/** Methods are for the main thread; none blocks, only `end` waits. */
export class CaptureChild {
  readonly startedAtMs = performance.now()
  readonly #process: ChildProcess
  readonly #timing: ChildTiming
  readonly #log: ChildLog
  #ear: ChildEar | undefined
  #watchdog: NodeJS.Timeout | undefined
  #readyAtMs: number | undefined
  #counters: CaptureCounters | undefined
  #facts: Facts | undefined
  #heard = false
  #lastFault: string | undefined
  readonly #lastWords: string[] = []
  /** Packets that overtook `ready`: as many as the child has credit for. */
  #early: Buffer[] = []
  readonly #reader: PacketReader
  #ackFrames = 0
  #ackedTo = 0
  #exited = false

  constructor({ process: child, settings, timing, log, ear }: CaptureChildOptions) {
    this.#timing = timing
    this.#log = log
    this.#ear = ear
    this.#reader = new PacketReader((packet, header) => {
      this.#ear?.packet(packet, header)
      this.#ack(header.position + header.frames)
    })
    this.#process = child
    logLines(child.stdout, (line) => log.debug(line))
    logLines(child.stderr, (line) => {
      log.debug(line)
      this.#lastWords.push(line)
      if (this.#lastWords.length > LAST_WORDS) this.#lastWords.shift()
    })
    const packets = child.stdio[PACKET_FD] as Readable
    packets.on('data', (chunk: Buffer) => {
      if (this.#ear === undefined) return
      if (this.#readyAtMs === undefined) this.#early.push(chunk)
      else this.#read(chunk)
    })
    packets.on('error', ignore) // of a child that is going
    child.on('message', (message) => this.#hear(message as FromCapture))
    child.once('exit', (code, signal) => this.#end(code, signal))
    // Fork failures and writes to a child that is going: `exit` says what is to be done.
    child.on('error', (error) => {
      log.debug(`capture child: ${error.message}`)
      if (child.pid === undefined) this.#end(null, null)
    })
    this.#watchdog = setTimeout(() => this.#kill('was not ready in time'), timing.readyMs)
    this.send({ kind: 'start', settings })
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get isReady(): boolean {
    return this.#readyAtMs !== undefined
  }

  /** Told last; undefined: not yet. */
  get counters(): CaptureCounters | undefined {
    return this.#counters
  }

  get facts(): Facts | undefined {
    return this.#facts
  }

  send(message: ToCapture): void {
    // The callback takes the error of a child that is just going; without it the error is thrown.
    if (this.#process.connected) this.#process.send(message, ignore)
  }

  /** SIGTERM, SIGKILL after the grace; resolves when the child is gone. It is not heard any more. */
  async end(): Promise<void> {
    this.#ear = undefined
    this.#early = []
    clearTimeout(this.#watchdog)
    if (this.#exited || this.#process.pid === undefined) return
    // Not events.once: it rejects when a last write to the child fails.
    const gone = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()))
    const killer = setTimeout(() => this.#process.kill('SIGKILL'), this.#timing.graceMs)
    this.#process.kill('SIGTERM')
    await gone
    clearTimeout(killer)
  }

  #hear(message: FromCapture): void {
    this.#heard = true
    switch (message.kind) {
      case 'levels':
        this.#counters = message.counters
        this.#ear?.levels(message)
        return
      case 'marker':
        this.#ear?.marker(message)
        return
      case 'ready':
        this.#ready(message.source)
        return
      case 'facts':
        this.#facts = message
        return
      case 'devices':
        this.#ear?.devices(message.devices)
        return
      case 'log':
        this.#log[message.level](message.message)
        return
      case 'fault':
        this.#lastFault = message.message
        this.#endSoon()
        return
      default:
        unreachable(message)
    }
  }

  #ready(source: SourceInfo): void {
    if (this.#ear === undefined) return
    this.#readyAtMs = performance.now()
    // By audio, so that a burst after a stall is acked as well; a packet less, so as not to be late.
    this.#ackFrames = (source.rateHz * ACK_EVERY_MS) / 1000 - source.periodFrames
    this.#watchForSilence()
    this.#ear.ready(source)
    for (const chunk of this.#early.splice(0)) this.#read(chunk)
  }

  #read(chunk: Buffer): void {
    try {
      this.#reader.push(chunk)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.#kill(`sent what is no packet (${error.message})`)
    }
  }

  #ack(position: number): void {
    if (position - this.#ackedTo < this.#ackFrames) return
    this.#ackedTo = position
    this.send({ kind: 'ack', position })
  }

  /** In ticks, not time: a server that itself stood still does not blame the child. */
  #watchForSilence(): void {
    clearTimeout(this.#watchdog)
    let silentTicks = 0
    this.#watchdog = setInterval(() => {
      silentTicks = this.#heard ? 0 : silentTicks + 1
      this.#heard = false
      if (silentTicks >= 5) this.#kill('went silent')
    }, this.#timing.silentMs / 5)
  }

  /** It ends by itself, unless its device holds it: one that is dead may do so for ever. */
  #endSoon(): void {
    clearTimeout(this.#watchdog)
    this.#watchdog = setTimeout(() => this.#process.kill('SIGKILL'), ENDS_MS)
  }

  #kill(why: string): void {
    this.#lastFault ??= `The capture process ${why}.`
    this.#process.kill('SIGKILL')
  }

  #end(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#exited) return
    this.#exited = true
    clearTimeout(this.#watchdog)
    const playedMs = this.#readyAtMs === undefined ? 0 : performance.now() - this.#readyAtMs
    const message = this.#lastFault ?? `The capture process ended (${signal ?? `exit ${code}`}).`
    const lastWords = this.#lastFault === undefined ? this.#lastWords : []
    this.#ear?.exited({ message, code, playedMs, lastWords })
  }
}

function ignore(): void {}
