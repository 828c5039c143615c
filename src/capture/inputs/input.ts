// What the capture child needs of whatever it captures. One input lives as long as its process.
import type { CaptureFault, SourceInfo } from '../../shared/capture-messages.ts'
import type { InputSamples } from '../samples.ts'

/**
 * One period of interleaved samples, Int16 or with 24 bits Int32, valid during the call only. `arrivalUs`: clock when its last frame had
 * arrived. `gapFrames`: frames known to be lost right before it. `overflow`: frames were lost, nobody knows how many.
 */
export type OnBlock = (samples: InputSamples, arrivalUs: number, gapFrames: number, overflow: boolean) => void

/** The source is gone for good; `why` is a sentence for a person. */
export type OnLost = (why: string) => void

export interface Input {
  readonly source: SourceInfo
  /** Called once. Delivers nothing before it has returned. Throws InputError when the source does not start. */
  start(onBlock: OnBlock, onLost: OnLost): void
  /** Lets go of device or process. Neither callback is called any more. */
  stop(): Promise<void>
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type Log = (level: LogLevel, message: string) => void

const CONNECT = 'Connect it and switch it on, or set CAPTURE_DEVICE to part of another name.'

/** The outside world is not as the settings say. For a person: what is the matter (no full stop), what to do. */
export class InputError extends Error {
  readonly reason: CaptureFault
  readonly advice: string
  constructor(reason: CaptureFault, message: string, advice = CONNECT) {
    super(message)
    this.name = 'InputError'
    this.reason = reason
    this.advice = advice
  }
}
