// The receiving side as it runs in the browser, in virtual time: packet intake, timing and clock skew of the worker,
// ring and control block, playout of the worklet. Only the clocks and the socket are not the real ones.
import type { ClockEstimate } from '../../src/shared/clock/clock-sync.ts'
import { DateSkew } from '../../src/shared/clock/date-skew.ts'
import { Playout, type StereoResampler } from '../../src/shared/playout/playout.ts'
import { PROFILES, type Profile } from '../../src/shared/playout/profile.ts'
import { StreamTiming } from '../../src/shared/playout/stream-timing.ts'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../../src/shared/ring/sample-ring.ts'
import { CODEC, emptyHeader, HEADER_BYTES, writeHeader } from '../../src/shared/wire/packet.ts'
import { PacketIntake } from '../../web/network/packet-intake.ts'

const STREAM_ID = 7
/** Of its one stream. */
export const SERIAL = 1

export interface ReceiverOptions {
  rateHz: number
  contextRateHz: number
  packetFrames: number
  profile: Profile
  seedPpm: number
  makeResampler?: (bandwidth: number) => StereoResampler
  /** Date.now() at a local time, ms; by default a clock that nobody sets. */
  dateMs?: (localMs: number) => number
}

export class Receiver {
  readonly control = new ControlBlock(createControlBlock())
  readonly playout: Playout
  readonly ring = new SampleRing(createSampleRing())
  readonly #dateMs: (localMs: number) => number
  readonly #timing = new StreamTiming(this.control)
  readonly #intake: PacketIntake
  readonly #skew = new DateSkew()
  readonly #message: ArrayBuffer
  readonly #view: DataView
  readonly #header = emptyHeader()
  readonly #left = new Float32Array(128)
  readonly #right = new Float32Array(128)
  /** Nothing may play yet: the line is not published. */
  waiting = false
  /** Payload of the packet about to be taken, interleaved. */
  readonly pcm: Int16Array

  constructor(options: ReceiverOptions) {
    const { ring } = this
    this.#dateMs = options.dateMs ?? dateMs
    this.#intake = new PacketIntake({
      ring,
      control: this.control,
      onPacket: (time, ms) => this.#timing.add(time, ms),
      onTurn: (designMs) => this.#timing.turnTo(designMs),
    })
    this.#message = new ArrayBuffer(HEADER_BYTES + options.packetFrames * 4)
    this.#view = new DataView(this.#message)
    this.pcm = new Int16Array(this.#message, HEADER_BYTES)
    Object.assign(this.#header, {
      channels: 2,
      codec: CODEC.pcm16,
      frames: options.packetFrames,
      payloadBytes: options.packetFrames * 4,
      streamId: STREAM_ID,
    })
    this.control.set('profile', PROFILES.indexOf(options.profile))
    this.control.set('seedPpm', options.seedPpm)
    this.playout = new Playout({
      ring,
      control: this.control,
      contextRateHz: options.contextRateHz,
      ...(options.makeResampler ? { makeResampler: options.makeResampler } : {}),
    })
    this.#timing.begin(SERIAL, options.rateHz)
    const { rateHz, packetFrames } = options
    this.#intake.begin({ serial: SERIAL, streamId: STREAM_ID, rateHz, packetFrames })
    this.playout.openStream(SERIAL, options.rateHz)
  }

  /** A packet arrives. `pcm` holds its audio. */
  take(position: number, sequence: number, captureUs: number, nowMs: number): void {
    const header = this.#header
    header.position = position
    header.sequence = sequence
    header.captureUs = captureUs
    writeHeader(this.#view, 0, header)
    if (this.#skew.add(this.#dateMs(nowMs), nowMs)) this.#skew.add(this.#dateMs(nowMs), nowMs)
    this.control.set('dateSkewMs', this.#skew.ms)
    this.#intake.take(this.#message, nowMs)
    if (!this.waiting) this.#timing.publish(nowMs)
  }

  /** What is known of the server's clock. */
  setClock(clock: ClockEstimate | undefined): void {
    this.#timing.setClock(clock)
  }

  /** One device callback: so many quanta, back to back. `out`: hears each quantum. */
  callback(quanta: number, contextFrame: number, nowMs: number, out?: (left: Float32Array) => void): void {
    for (let q = 0; q < quanta; q++) {
      this.playout.render(this.#left, this.#right, contextFrame + q * 128, this.#dateMs(nowMs + q * 0.05))
      out?.(this.#left)
    }
  }
}

/** The worklet's only clock: whole milliseconds, not in step with anything. */
function dateMs(nowMs: number): number {
  return Math.floor(nowMs + 0.37)
}
