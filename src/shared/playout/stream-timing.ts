import type { ClockEstimate } from '../clock/clock-sync.ts'
import type { ControlBlock, MediaLine } from '../ring/control-block.ts'
import type { PacketHeader } from '../wire/packet.ts'
import { ArrivalLine } from './arrival-line.ts'

/** Least by which a packet of the past is less late than the one before: half of the shortest there are. */
const CATCH_UP_MS = 1
/** Who is sent seconds of the past bit by bit is at the live end with what is this late at most, ms … */
const CAUGHT_UP_MS = 20
/** … or when nothing has been less late for so long: that is then what the way takes. At the beginning nothing else tells. */
const GIVE_UP_MS = 2000
const GIVE_UP_FIRST_MS = 300

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
  /** While packets of the past are coming: how late the one before was, ms. NaN: the next is the first. */
  #pastLatenessMs = Number.NaN
  #past = false
  /** It comes bit by bit, and nothing but the past has come so far. */
  #catchingUp = false
  #onlyPast = false
  /** The least that a packet of it took, between the two clocks, and when that came. */
  #leastMs = Number.NaN
  #leastAtMs = Number.NaN
  #designMs = 0
  #worstMs = 0

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
    this.#catchingUp = false
    this.#onlyPast = false
    this.#control.set('latePeakMs', 0)
    this.#publishCapture(Number.NaN)
  }

  setClock(clock: ClockEstimate | undefined): void {
    this.#clock = clock
    this.#control.set('clockOffsetMs', clock?.offsetMs ?? Number.NaN)
    this.#control.set('clockErrorMs', clock?.errorMs ?? Number.NaN)
    this.#control.set('networkMs', clock?.networkMs ?? Number.NaN)
    this.#publishCapture(clock?.atMs ?? Number.NaN)
  }

  /** The packets of another encoding begin, which take `designMs` by design: see ArrivalLine. */
  turnTo(designMs: number): void {
    // The first packets of a stream turn nothing.
    if (designMs !== this.#designMs && !Number.isNaN(this.#captureServerMs)) this.#control.add('lineTurns', 1)
    this.#designMs = designMs
    this.#arrivals.turnTo(designMs)
  }

  /**
   * The server begins with what it had kept, at a connection or a change of rung: those packets are as old as it likes, and
   * that is nobody's lateness. It ends with the first that is not older by less than the one before was.
   */
  expectPast(): void {
    this.#past = true
    this.#catchingUp = false
    this.#pastLatenessMs = Number.NaN
  }

  /** The server begins some way back, and comes nearer to live bit by bit. */
  expectCatchingUp(): void {
    this.#past = false
    this.#catchingUp = true
    this.#onlyPast = Number.isNaN(this.#arrivals.transitMs)
    this.#leastMs = this.#leastAtMs = Number.NaN
  }

  /** The most any packet was late since this was last asked, ms. */
  takeWorstMs(): number {
    const worstMs = this.#worstMs
    this.#worstMs = 0
    return worstMs
  }

  /** Each packet. Does not allocate. */
  add(header: Pick<PacketHeader, 'position' | 'captureUs'>, arrivalMs: number): void {
    this.#position = header.position
    this.#captureServerMs = header.captureUs / 1000
    // The line knows what the way takes: from the past it would only unlearn it.
    if (this.#catchingUp && this.#isBehind(arrivalMs) && !this.#onlyPast) return
    this.#arrivals.add(arrivalMs, header.position, this.#captureServerMs)
    const { latenessMs } = this.#arrivals
    if (this.#catchingUp || (this.#past && this.#catchesUp(latenessMs))) return
    if (latenessMs > this.#worstMs) this.#worstMs = latenessMs
    if (this.#line.serial !== 0) this.#noteLateness(latenessMs)
  }

  /** Is the packet that has come at `arrivalMs` still one of the past? */
  #isBehind(arrivalMs: number): boolean {
    const tookMs = arrivalMs - this.#captureServerMs
    if (!(tookMs > this.#leastMs - CATCH_UP_MS)) {
      this.#leastMs = tookMs
      this.#leastAtMs = arrivalMs
    }
    const giveUpMs = this.#onlyPast ? GIVE_UP_FIRST_MS : GIVE_UP_MS
    const knownMs = this.#onlyPast ? Number.NaN : this.#arrivals.transitMs
    this.#catchingUp = !(tookMs - knownMs <= CAUGHT_UP_MS) && arrivalMs - this.#leastAtMs < giveUpMs
    if (this.#catchingUp) return true
    this.#onlyPast = false
    // This near, it is still the past as long as each is younger than the one before: 20 ms of it would raise the target by as much.
    this.expectPast()
    return false
  }

  /** A packet out of a store comes right behind the one before, so it is younger by what that one lasts. */
  #catchesUp(latenessMs: number): boolean {
    this.#past = latenessMs > 0 && !(this.#pastLatenessMs - latenessMs < CATCH_UP_MS)
    this.#pastLatenessMs = latenessMs
    return this.#past
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
    this.#publishCapture(nowMs)
  }

  #publishCapture(nowMs: number): void {
    const clock = this.#clock
    const offsetMs = clock ? clock.offsetMs + clock.drift * (nowMs - clock.atMs) : Number.NaN
    const networkMs = clock ? clock.networkMs : Number.NaN
    const transitMs = this.#onlyPast ? Number.NaN : this.#arrivals.transitMs + offsetMs
    this.#control.set('transitMs', transitMs)
    this.#control.set('captureMs', transitMs - networkMs)
    this.#control.set('captureAnchorMs', this.#captureServerMs - offsetMs)
    this.#control.set('captureAnchorPosition', this.#position)
  }
}
