import type { ClockEstimate } from '../../src/shared/clock/clock-sync.ts'
import { StreamTiming } from '../../src/shared/playout/stream-timing.ts'
import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import { SampleRing, type SampleRingMemory } from '../../src/shared/ring/sample-ring.ts'
import { LIVE_SEGMENT, type Segment } from '../../src/shared/room/segments.ts'
import type { AudioConfig, SourceState } from '../../src/shared/wire/control.ts'
import { ArrivalTap } from './arrival-tap.ts'
import type { OpusDecoder } from './decode/opus-loader.ts'
import type { FromWorker } from './messages.ts'
import { PacketIntake } from './packet-intake.ts'
import { Receipts } from './receipts.ts'
import { Hold } from './room/hold.ts'
import { isSameSound } from './room/same-sound.ts'

/** Who goes from a group to live keeps so much of what was held, ms … */
const KEPT_MS = 1000
/**
 * … and who goes to a smaller delay so much of what is due: what is about to be played, and what a decoder needs before
 * it. To decode all that was held takes longer than that lasts on.
 */
const DUE_KEPT_MS = 1500

export interface CurrentStreamOptions {
  ring: SampleRingMemory
  control: ControlBlock
  /** Fixed target, device burst included; 0: the playout decides. */
  targetMs: number
  post: (message: FromWorker) => void
  /** What begins before this room position is due for the ring; Infinity: all is. */
  dueTo: (nowMs: number) => number
}

/** The stream that is being received, from its packets to ring and media line. Thread: worker; time comes in. */
export class CurrentStream {
  readonly timing: StreamTiming
  readonly intake: PacketIntake
  readonly receipts: Receipts
  readonly arrivals: ArrivalTap
  readonly #opts: CurrentStreamOptions
  readonly #ring: SampleRing
  readonly #hold: Hold
  #serial = 0
  #streamId = Number.NaN
  #rateHz = Number.NaN
  /** Of what comes; on a connection that says nothing of it, live. */
  #segment: Segment = LIVE_SEGMENT
  #segmentSaid = false

  constructor(opts: CurrentStreamOptions) {
    const { control } = opts
    this.#opts = opts
    this.#ring = new SampleRing(opts.ring)
    this.timing = new StreamTiming(control)
    this.arrivals = new ArrivalTap((arrivals) => opts.post({ kind: 'arrivals', arrivals }))
    this.intake = new PacketIntake({
      ring: this.#ring,
      control,
      onPacket: (time, arrivalMs) => {
        this.timing.add(time, arrivalMs)
        this.arrivals.add(time, arrivalMs)
      },
      onTurn: (designMs) => this.timing.turnTo(designMs),
    })
    this.receipts = new Receipts(control, this.intake, this.timing)
    this.#hold = new Hold(this.intake)
  }

  /** Which stream the ring holds: 1, 2, …; 0: none yet. */
  get serial(): number {
    return this.#serial
  }

  get streamId(): number {
    return this.#streamId
  }

  get rateHz(): number {
    return this.#rateHz
  }

  get ringFrames(): number {
    return this.#ring.capacity
  }

  /** One past the newest frame that has come, room position; NaN before the first. */
  get newest(): number {
    return this.intake.newest
  }

  /** One past what there is to be played, room position. */
  get readyTo(): number {
    return this.intake.readyTo
  }

  setClock(clock: ClockEstimate | undefined): void {
    this.timing.setClock(clock)
    this.arrivals.setClock(clock)
  }

  /** A connection begins, and what is counted of it. */
  connected(nowMs: number): void {
    this.intake.connected()
    this.receipts.connected(nowMs)
    this.#segmentSaid = false
  }

  /** The packets that follow are of this segment. `sourceRateHz`: measured; NaN: not known. */
  begins(segment: Segment, sourceRateHz: number): void {
    this.#segmentSaid = true
    this.#segment = segment
    this.timing.expectCatchingUp()
    this.intake.segmentComes(segment, sourceRateHz)
    this.#hold.segment(segment)
    this.#tellHeld()
  }

  /** One message of packets. */
  take(message: ArrayBuffer, nowMs: number): void {
    if (!this.#segmentSaid) this.#assumeLive(message)
    const dueTo = this.#opts.dueTo(nowMs)
    if (dueTo === Number.POSITIVE_INFINITY && this.#hold.empty) this.intake.take(message, nowMs)
    else this.#takeOrHold(message, nowMs, dueTo)
    this.timing.publish(nowMs)
  }

  /** About 20 times a second: what is held is played when it is due. */
  tick(nowMs: number): void {
    if (this.#hold.empty) return
    this.#release(this.#opts.dueTo(nowMs))
    this.#tellHeld()
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

  #takeOrHold(message: ArrayBuffer, nowMs: number, dueTo: number): void {
    this.#release(dueTo)
    if (this.#hold.empty && !(this.intake.startOf(message) >= dueTo)) this.intake.take(message, nowMs)
    else this.#hold.push(message, this.intake.arrive(message, nowMs))
    this.#tellHeld()
  }

  #release(dueTo: number): void {
    const live = dueTo === Number.POSITIVE_INFINITY
    const kept = live ? this.#hold.to - this.#frames(KEPT_MS) : dueTo - this.#frames(DUE_KEPT_MS)
    this.#hold.skipTo(kept)
    this.#hold.release(dueTo)
  }

  #frames(ms: number): number {
    return (ms * this.#rateHz) / 1000
  }

  #tellHeld(): void {
    const { control } = this.#opts
    this.intake.heldTo = this.#hold.to
    control.set('heldMs', (this.#hold.frames * 1000) / this.#rateHz)
    control.set('heldDropped', this.#hold.dropped)
  }

  /** A listener who is live is told of no segment. */
  #assumeLive(message: ArrayBuffer): void {
    this.#segmentSaid = true
    if (isSameSound(this.#segment, LIVE_SEGMENT)) return
    const from = Math.max(0, Math.floor(this.intake.startOf(message) - this.#segment.shift)) || 0
    this.begins({ ...LIVE_SEGMENT, from }, Number.NaN)
  }

  /** The order matters: the worklet lets go of the old stream before its audio disappears. */
  #begin({ streamId, rateHz, packetFrames }: AudioConfig, nowMs: number): void {
    const { control, post } = this.#opts
    this.timing.end(nowMs)
    this.#ring.clear()
    this.#serial++
    this.#streamId = streamId
    this.#rateHz = rateHz
    this.#segment = LIVE_SEGMENT
    this.#hold.begin(rateHz)
    this.timing.begin(this.#serial, rateHz)
    this.intake.begin({ serial: this.#serial, streamId, rateHz, packetFrames })
    this.receipts.streamId = streamId
    control.set('streamId', streamId)
    post({ kind: 'stream', serial: this.#serial, rateHz, streamId })
  }
}
