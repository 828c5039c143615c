import { StreamTiming } from '../../src/shared/playout/stream-timing.ts'
import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import { SampleRing, type SampleRingMemory } from '../../src/shared/ring/sample-ring.ts'
import type { AudioConfig, SourceState } from '../../src/shared/wire/control.ts'
import type { OpusDecoder } from './decode/opus-loader.ts'
import type { FromWorker } from './messages.ts'
import { PacketIntake } from './packet-intake.ts'
import { Receipts } from './receipts.ts'

export interface CurrentStreamOptions {
  ring: SampleRingMemory
  control: ControlBlock
  /** Fixed target, device burst included; 0: the playout decides. */
  targetMs: number
  post: (message: FromWorker) => void
}

/** The stream that is being received, from its packets to ring and media line. Thread: worker; time comes in. */
export class CurrentStream {
  readonly timing: StreamTiming
  readonly intake: PacketIntake
  readonly receipts: Receipts
  readonly #opts: CurrentStreamOptions
  readonly #ring: SampleRing
  #serial = 0
  #streamId = Number.NaN

  constructor(opts: CurrentStreamOptions) {
    const { control } = opts
    this.#opts = opts
    this.#ring = new SampleRing(opts.ring)
    this.timing = new StreamTiming(control)
    this.intake = new PacketIntake({
      ring: this.#ring,
      control,
      onPacket: (time, arrivalMs) => this.timing.add(time, arrivalMs),
      onTurn: (designMs) => this.timing.turnTo(designMs),
    })
    this.receipts = new Receipts(control, this.intake, this.timing)
  }

  /** A connection begins, and what is counted of it. */
  connected(nowMs: number): void {
    this.intake.connected()
    this.receipts.connected(nowMs)
  }

  /** One message of packets. */
  take(message: ArrayBuffer, nowMs: number): void {
    this.intake.take(message, nowMs)
    this.timing.publish(nowMs)
  }

  /** From now on Opus can be played. */
  startOpus(decoder: OpusDecoder, nowMs: number): void {
    this.intake.startOpus(decoder)
    this.timing.publish(nowMs)
  }

  /** The server says what comes from now on: another stream, or the same in another way or over another connection. */
  configure(config: AudioConfig, nowMs: number): void {
    const { control, targetMs } = this.#opts
    control.set('fixedTargetFrames', (targetMs * config.rateHz) / 1000)
    if (config.streamId !== this.#streamId) this.#begin(config, nowMs)
    // Another rung, or another connection: either begins with packets the server had kept.
    else this.timing.expectPast()
  }

  sourceChanged(source: SourceState, nowMs: number): void {
    // What is missing now is not the network's doing: the worklet must not wait for it, let alone learn from it.
    if (source.state !== 'running') this.timing.end(nowMs)
    else this.timing.resume(this.#serial)
    this.#opts.post({ kind: 'source', source })
  }

  /** The order matters: the worklet lets go of the old stream before its audio disappears. */
  #begin({ streamId, rateHz, packetFrames }: AudioConfig, nowMs: number): void {
    const { control, post } = this.#opts
    this.timing.end(nowMs)
    this.#ring.clear()
    this.#serial++
    this.#streamId = streamId
    this.timing.begin(this.#serial, rateHz)
    this.intake.begin({ serial: this.#serial, streamId, rateHz, packetFrames })
    this.receipts.streamId = streamId
    control.set('streamId', streamId)
    post({ kind: 'stream', serial: this.#serial, rateHz, streamId })
  }
}
