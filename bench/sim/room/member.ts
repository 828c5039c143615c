// One listener of a synchronised group in virtual time: network, clocks and device of its own, and what the page runs of
// the product: probes, estimate, room line, playout. Its time is its local clock; the party tells it how far to go.
import type { RoomLine } from '../../../src/shared/ring/control-block.ts'
import type { DelaySchedule } from '../../../src/shared/room/delay-schedule.ts'
import type { CaptureAnchor } from '../../../src/shared/room/room-axis.ts'
import { RoomLineMaker } from '../../../src/shared/room/room-line-maker.ts'
import type { SyncReport } from '../../../src/shared/wire/room-schema.ts'
import { InStep } from '../../../web/network/room/in-step.ts'
import { type Circumstances, RATE_HZ, receiverFor, speedOf } from '../circumstances.ts'
import type { ClockPath } from '../clock-paths.ts'
import { Deliveries } from '../deliveries.ts'
import { OutputDevice } from '../output-device.ts'
import { Random } from '../random.ts'
import { type Receiver, SERIAL } from '../receiver.ts'
import { MemberClock } from './member-clock.ts'

export interface MemberOptions extends Circumstances {
  id: number
  /** Server time at which it comes, ms: a whole number of packets after the source began. */
  joinsMs: number
  /** Its local clock against the server's. */
  localPpm: number
  clockPath: ClockPath
  /** Between leaving the worklet and the ear, ms. */
  outputMs: number
  /** The source's clock against the server's. */
  sourceServerPpm: number
  resyncMs: number
}

/** The page looks at its output ten times a second; what it has seen of it is a mean over about so many callbacks. */
const LEAD_CALLBACKS = 200
const TICK_MS = 50
/** A page takes so long to come. */
const START_MS = 300

export class Member {
  readonly id: number
  readonly joinsMs: number
  readonly #options: MemberOptions
  readonly #receiver: Receiver
  readonly #deliveries: Deliveries
  readonly #device: OutputDevice
  readonly #clock: MemberClock
  readonly #maker = new RoomLineMaker()
  readonly #inStep = new InStep()
  readonly #line: RoomLine = { serial: SERIAL, ms: 0, position: 0, rateHz: 0, slewPpm: 0 }
  #nowMs = 0
  #tickMs = 0
  #leadMs = Number.NaN
  #locked = false
  #callbacks = 0
  #concealed = 0
  /** Of the last callback: what left at which local time by the device's own clock. */
  #leftPosition = Number.NaN
  #leftMs = Number.NaN

  constructor(options: MemberOptions) {
    this.id = options.id
    this.joinsMs = options.joinsMs
    const sourcePpm = (speedOf(options.sourceServerPpm) / speedOf(options.localPpm) - 1) * 1e6
    const given = { ...options, sourcePpm }
    const random = new Random(options.seed)
    this.#options = options
    this.#receiver = receiverFor(given, false)
    this.#receiver.waiting = true
    this.#deliveries = new Deliveries(given, random, {
      firstPacket: Math.round((options.joinsMs * speedOf(options.sourceServerPpm)) / options.packetMs),
      captureUs: (sentMs) => this.#serverMs(sentMs) * 1000,
    })
    this.#device = new OutputDevice(given, random)
    this.#clock = new MemberClock(options.clockPath, new Random(options.seed * 31 + 7), (localMs) =>
      this.#serverMs(localMs),
    )
    this.#receiver.control.set('roomJumpMs', options.resyncMs)
  }

  /** What the server says of the group, at its `serverMs`. */
  follow(anchor: CaptureAnchor, delay: DelaySchedule, serverMs: number): void {
    this.#maker.follow(anchor, delay, this.#localMs(serverMs), this.#receiver.waiting)
  }

  /** Lives on to a server time. */
  runTo(serverMs: number): void {
    const endMs = this.#localMs(serverMs)
    while (this.#device.dueMs < endMs) {
      const nowMs = Math.max(this.#nowMs, this.#device.comesMs())
      this.#nowMs = nowMs
      if (this.#clock.tick(nowMs)) this.#heardTime(nowMs)
      if (nowMs >= this.#tickMs) this.#tick(nowMs)
      this.#deliveries.handOver(this.#receiver, nowMs)
      this.#device.callback(this.#receiver, nowMs)
      this.#note()
    }
  }

  /** Position that is at its ear at a server time; NaN while nothing plays. */
  heardAt(serverMs: number): number {
    const rateHz = this.#options.rateHz ?? RATE_HZ
    const localMs = this.#localMs(serverMs) - this.#options.outputMs
    return this.#leftPosition + ((localMs - this.#leftMs) * rateHz) / 1000
  }

  get ppm(): number {
    return this.#receiver.control.get('ppm')
  }

  get resyncs(): number {
    return this.#receiver.control.get('resyncs')
  }

  get episodes(): number {
    return this.#receiver.control.get('underrunEpisodes')
  }

  report(): SyncReport {
    const { control } = this.#receiver
    const rateHz = this.#options.rateHz ?? RATE_HZ
    const drift = control.get('roomErrorMs')
    const concealed = control.get('concealedFrames')
    const missing = Math.min(1, (concealed - this.#concealed) / rateHz)
    this.#concealed = concealed
    const clock = this.#clock.sync.estimate(this.#nowMs)
    const transitMs = control.get('captureMs') + control.get('networkMs')
    const needMs = transitMs + (control.get('needFrames') * 1000) / rateHz + this.#lead
    return {
      type: 'sync_report',
      needMs: needMs > 0 ? needMs : 0,
      clockErrorMs: clock?.errorMs ?? 60_000,
      driftMs: Number.isNaN(drift) ? 0 : drift,
      locked: this.#locked,
      outputMs: this.#options.outputMs,
      trimMs: 0,
      missing: Math.max(0, missing),
      heldMs: 0,
    }
  }

  #heardTime(nowMs: number): void {
    const estimate = this.#clock.sync.estimate(nowMs)
    if (estimate === undefined) return
    this.#maker.setClock(estimate, nowMs, this.#receiver.waiting)
    this.#receiver.setClock(estimate)
  }

  #tick(nowMs: number): void {
    this.#tickMs += TICK_MS
    this.#locked = this.#inStep.look(this.#receiver.control.get('roomErrorMs'), nowMs)
    if (!this.#maker.ready || nowMs < START_MS) return
    // What it takes for its lead is an average, and moves as slowly as one: nothing of it is to be worn in.
    if (!this.#maker.fill(this.#line, nowMs, this.#lead, 0, true)) return
    this.#receiver.control.writeRoom(this.#line)
    this.#receiver.waiting = false
  }

  /** Until it has played, what the browser says of its output is all there is: here, the truth. */
  get #lead(): number {
    return Number.isNaN(this.#leadMs) ? this.#options.outputMs : this.#leadMs
  }

  /** After a callback: what leaves next, and when by the device's own clock. */
  #note(): void {
    const { control } = this.#receiver
    if (control.get('playing') !== 1) return
    const { rateHz = RATE_HZ, contextRateHz = RATE_HZ, outputMs } = this.#options
    const nextFrame = control.get('contextFrame') + 128
    this.#leftPosition = control.get('contextZeroPosition') + (nextFrame * rateHz) / contextRateHz
    this.#leftMs = this.#device.leavesMs
    const sincePlayMs = ((this.#leftPosition - control.get('playPosition')) * 1000) / rateHz
    const leadMs = this.#leftMs + outputMs - control.get('playMs') - sincePlayMs
    const weight = 1 / Math.min(LEAD_CALLBACKS, ++this.#callbacks)
    this.#leadMs = Number.isNaN(this.#leadMs) ? leadMs : this.#leadMs + (leadMs - this.#leadMs) * weight
  }

  #serverMs(localMs: number): number {
    return this.joinsMs + localMs / speedOf(this.#options.localPpm)
  }

  #localMs(serverMs: number): number {
    return (serverMs - this.joinsMs) * speedOf(this.#options.localPpm)
  }
}
