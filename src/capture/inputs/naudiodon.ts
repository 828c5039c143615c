// naudiodon's native binding, loaded when first needed. It is an optional dependency.
//
// Not through its index.js: that one installs a handler writing crash.log into the working directory, and its
// stream has only two ways to meet an overflow: destroy itself (`closeOnError: true`), or print a line to a C
// stdout which is block-buffered on a pipe, so heard late or never (`closeOnError: false`). The binding itself
// hands an overflow to the very read() that follows it, and the stream goes on. The price is that read's
// chunk, which is dropped: one period, known, and already beside a loss that is heard anyway.
import { createRequire } from 'node:module'
import type { DeviceInfo } from './device-choice.ts'
import { InputError } from './input.ts'

export interface InOptions {
  deviceId: number
  sampleRate: number
  channelCount: number
  /** 24 would be three bytes a sample. */
  sampleFormat: 16 | 32
  framesPerBuffer: number
  /** Chunks of one period; when it is full the audio callback blocks. */
  maxQueue: number
  closeOnError: boolean
}

export interface ReadResult {
  buf?: Buffer
  err?: string
  finished?: boolean
}

export interface AudioIO {
  start(): void
  /** Waits on a thread of libuv's pool; with more than one thread, two reads would race for one chunk. */
  read(bytes: number): Promise<ReadResult>
  quit(how: 'WAIT' | 'ABORT'): Promise<void>
}

export interface Binding {
  getDevices(): DeviceInfo[]
  create(options: { inOptions: InOptions }): AudioIO
}

const INSTALL =
  'Install a C++ compiler and Python, then run "npm ci" again; or choose CAPTURE=command or CAPTURE=synth.'

/** Throws InputError when it is not installed or does not load. */
export function loadNaudiodon(): Binding {
  const require = createRequire(import.meta.url)
  try {
    return require('naudiodon/build/Release/naudiodon.node') as Binding
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND'
    const what = missing ? 'is not installed on this machine' : `could not be loaded (${firstLine(error)})`
    throw new InputError('no-device', `The part that opens audio devices (naudiodon) ${what}`, INSTALL)
  }
}

export function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? ''
}
