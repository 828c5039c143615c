// Thread: capture child. Raw PCM from the stdout of any program, which runs through the shell in a process
// group of its own, so that a pipeline ends as a whole.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { CaptureSettings, SourceInfo } from '../../shared/capture-messages.ts'
import { nowUs } from '../monotonic.ts'
import { inputSampleBytes, inputSamples } from '../samples.ts'
import { BlockQueue } from './block-queue.ts'
import { programOf, withoutAddresses } from './command-words.ts'
import type { Input, Log, OnBlock, OnLost } from './input.ts'
import { LogLines } from './log-lines.ts'
import { BURST_US, Pace } from './pace.ts'

/** Less than the process waits for its input to let go: nobody else would end the program then. */
const KILL_AFTER_MS = 250
/** A pipe hands over at most this much at once. */
const PIPE_BYTES = 65_536

export class CommandInput implements Input {
  readonly source: SourceInfo
  readonly #command: string
  readonly #pace: Pace
  readonly #queue: BlockQueue
  readonly #readAheadBytes: number
  /** Above what is read on at: who has filled this did so again, and does not merely keep what once waited. */
  readonly #fullBytes: number
  readonly #stderr: LogLines
  #child: ChildProcess | undefined
  #timer: NodeJS.Timeout | undefined
  #onBlock: OnBlock = () => {}
  #onLost: OnLost = () => {}
  /** Set when the program's output has ended; what waits is still played. */
  #ended: string | undefined

  constructor(settings: CaptureSettings, log: Log) {
    const { command, rateHz, bits, channels, periodFrames } = settings
    this.#command = command
    const channelNames = Array.from({ length: channels }, (_, i) => `Input ${i + 1}`)
    this.source = {
      input: 'command',
      name: programOf(command),
      rateHz,
      bits,
      channels,
      channelNames,
      periodFrames,
    }
    this.#pace = new Pace(rateHz, periodFrames)
    this.#readAheadBytes = ((rateHz * BURST_US) / 1e6) * channels * inputSampleBytes(bits)
    this.#fullBytes = 1.5 * this.#readAheadBytes
    this.#queue = new BlockQueue(
      inputSamples(bits, periodFrames * channels),
      2 * (this.#fullBytes + PIPE_BYTES),
    )
    this.#stderr = new LogLines(log)
  }

  start(onBlock: OnBlock, onLost: OnLost): void {
    this.#onBlock = onBlock
    this.#onLost = onLost
    const child = spawn(this.#command, {
      shell: true,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    child.stdout.on('data', (chunk: Buffer) => this.#hear(chunk))
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text: string) => this.#stderr.push(text, nowUs()))
    child.once('error', (error) => this.#end(error.message))
    // 'close' and not 'exit': it waits until everything that was written has been read.
    child.once('close', (code, signal) => {
      this.#stderr.end(nowUs())
      this.#end(signal === null ? `exit code ${code}` : `signal ${signal}`)
    })
  }

  async stop(): Promise<void> {
    this.#onBlock = () => {}
    this.#onLost = () => {}
    clearTimeout(this.#timer)
    const child = this.#child
    if (child === undefined || child.pid === undefined) return
    const closed = child.exitCode !== null || child.signalCode !== null ? undefined : once(child, 'exit')
    // The group even when the shell itself has gone: what it left behind must go too.
    killGroup(child, 'SIGTERM')
    const hard = setTimeout(() => killGroup(child, 'SIGKILL'), KILL_AFTER_MS)
    await closed
    clearTimeout(hard)
    killGroup(child, 'SIGKILL')
  }

  #hear(chunk: Buffer): void {
    const starved = !this.#queue.hasBlock
    this.#queue.push(chunk)
    if (this.#queue.waitingBytes > this.#fullBytes) {
      this.#pace.filled(nowUs())
      this.#child?.stdout?.pause()
    }
    if (this.#timer === undefined) this.#pump(starved)
  }

  #pump(starved: boolean): void {
    this.#timer = undefined
    while (this.#queue.hasBlock) {
      const now = nowUs()
      const waitMs = this.#pace.waitMs(now)
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#pump(false), waitMs)
        break
      }
      this.#onBlock(this.#queue.take(), this.#pace.take(now, starved), 0, false)
    }
    const stdout = this.#child?.stdout
    if (stdout?.isPaused() && this.#queue.waitingBytes <= this.#readAheadBytes) stdout.resume()
    if (this.#ended !== undefined && this.#timer === undefined) this.#onLost(this.#ended)
  }

  #end(how: string): void {
    const said = this.#stderr.last === '' ? '' : ` after saying "${withoutAddresses(this.#stderr.last)}"`
    this.#ended ??= `CAPTURE_COMMAND ended (${how})${said}. Try the command by itself in a terminal.`
    if (this.#timer === undefined) this.#pump(false)
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // The group has ended already, which is what was wanted.
  }
}
