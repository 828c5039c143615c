import type { ControlBlock, MediaLine } from '../../src/shared/ring/control-block.ts'
import type { PacketHeader } from '../../src/shared/wire/packet.ts'
import { ArrivalLine } from './arrival-line.ts'
import type { ClockEstimate } from './clock-sync.ts'
import { MinWindow } from './min-window.ts'

const WINDOW_MS = 2000

/** When the packets of one stream were captured and came: fills the line and the clock's slots. Thread: worker. */
export class StreamTiming {
  readonly #control: ControlBlock
  readonly #arrivals = new ArrivalLine()
  /** arrival (local) − capture (server clock), ms: least of the last 2 s. */
  readonly #transit = new MinWindow(WINDOW_MS)
  readonly #line: MediaLine = { serial: 0, ms: 0, position: 0, rateHz: 0 }
  #clock: ClockEstimate | undefined
  #position = 0
  #captureServerMs = Number.NaN

  constructor(control: ControlBlock) {
    this.#control = control
    this.setClock(undefined)
  }

  /** No stream any more. */
  end(nowMs: number): void {
    this.#line.serial = 0
    this.#line.ms = nowMs
    this.#control.writeLine(this.#line)
  }

  /** The line appears with the first packet. */
  begin(serial: number, rateHz: number): void {
    this.#line.serial = serial
    this.#line.rateHz = rateHz
    this.#arrivals.reset(rateHz)
    this.#transit.reset()
    this.#captureServerMs = Number.NaN
    this.#publishCapture()
  }

  setClock(clock: ClockEstimate | undefined): void {
    this.#clock = clock
    this.#control.set('clockOffsetMs', clock?.offsetMs ?? Number.NaN)
    this.#control.set('clockErrorMs', clock?.errorMs ?? Number.NaN)
    this.#control.set('networkMs', clock?.networkMs ?? Number.NaN)
    this.#publishCapture()
  }

  /** Each packet. Does not allocate. */
  add(header: PacketHeader, arrivalMs: number): void {
    this.#position = header.position
    this.#captureServerMs = header.captureUs / 1000
    this.#arrivals.add(arrivalMs, header.position)
    this.#transit.add(arrivalMs, arrivalMs - this.#captureServerMs)
  }

  /** Each message. Tells the worklet and the page what has changed. Does not allocate. */
  publish(nowMs: number): void {
    if (!this.#arrivals.due(nowMs)) return
    this.#line.ms = nowMs
    this.#line.position = this.#arrivals.positionAt(nowMs)
    this.#control.writeLine(this.#line)
    this.#publishCapture()
  }

  #publishCapture(): void {
    const clock = this.#clock
    const offsetMs = clock ? clock.offsetMs : Number.NaN
    const networkMs = clock ? clock.networkMs : Number.NaN
    this.#control.set('captureMs', this.#transit.min + offsetMs - networkMs)
    this.#control.set('captureAnchorMs', this.#captureServerMs - offsetMs)
    this.#control.set('captureAnchorPosition', this.#position)
  }
}
