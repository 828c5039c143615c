import type { ClockEstimate } from '../clock/clock-sync.ts'
import type { ControlBlock, MediaLine } from '../ring/control-block.ts'
import type { PacketHeader } from '../wire/packet.ts'
import { ArrivalLine } from './arrival-line.ts'

/**
 * The half of the engine beside the socket: when the packets of one stream were captured and came. Fills the media
 * line and the clock's slots of the control block. Thread: worker; pure, time comes in.
 */
export class StreamTiming {
  readonly #control: ControlBlock
  readonly #arrivals = new ArrivalLine()
  readonly #line: MediaLine = { serial: 0, ms: 0, position: 0, rateHz: 0 }
  #clock: ClockEstimate | undefined
  #begun = 0
  #position = 0
  #captureServerMs = Number.NaN

  constructor(control: ControlBlock) {
    this.#control = control
    this.setClock(undefined)
  }

  /** The stream that was ended goes on: the line appears with its next packets. Without effect on any other. */
  resume(serial: number): void {
    if (this.#line.serial === 0 && serial === this.#begun) this.begin(serial, this.#line.rateHz)
  }

  /** No stream any more, or nothing of it for now: the worklet lets go of it. */
  end(nowMs: number): void {
    this.#line.serial = 0
    this.#line.ms = nowMs
    this.#control.writeLine(this.#line)
  }

  /** The line appears with the first packets. */
  begin(serial: number, rateHz: number): void {
    this.#begun = serial
    this.#line.serial = serial
    this.#line.rateHz = rateHz
    this.#arrivals.reset(rateHz)
    this.#captureServerMs = Number.NaN
    this.#control.set('latePeakMs', 0)
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
  add(header: Pick<PacketHeader, 'position' | 'captureUs'>, arrivalMs: number): void {
    this.#position = header.position
    this.#captureServerMs = header.captureUs / 1000
    this.#arrivals.add(arrivalMs, header.position, this.#captureServerMs)
    if (this.#line.serial !== 0) this.#noteLateness(this.#arrivals.latenessMs)
  }

  /** The worklet looks only now and then: it is told the worst since it last did. */
  #noteLateness(latenessMs: number): void {
    const control = this.#control
    const serial = control.get('latePeakSerial')
    if (control.get('latePeakTaken') === serial) {
      control.set('latePeakMs', latenessMs)
      control.set('latePeakSerial', serial + 1)
    } else if (latenessMs > control.get('latePeakMs')) {
      control.set('latePeakMs', latenessMs)
    }
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
    this.#control.set('captureMs', this.#arrivals.transitMs + offsetMs - networkMs)
    this.#control.set('captureAnchorMs', this.#captureServerMs - offsetMs)
    this.#control.set('captureAnchorPosition', this.#position)
  }
}
