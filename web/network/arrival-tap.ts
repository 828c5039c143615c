import type { ClockEstimate } from '../../src/shared/clock/clock-sync.ts'
import type { PacketTime } from './decode/opus-source.ts'

/** Told in one message, packets: about a second of them. */
const PACKETS = 512
/** What has come is told at the latest with the first packet after so long, ms. */
const WAIT_MS = 1000

/**
 * While somebody wants it: position of each packet that comes, and its latency from the capture of its first frame to its
 * arrival, ms by the server clock. Without that clock nothing is told. Thread: worker; allocates only to tell.
 */
export class ArrivalTap {
  readonly #tell: (arrivals: Float64Array) => void
  #pairs: Float64Array | undefined
  #filled = 0
  #toldMs = Number.NEGATIVE_INFINITY
  #clock: ClockEstimate | undefined

  constructor(tell: (arrivals: Float64Array) => void) {
    this.#tell = tell
  }

  setClock(clock: ClockEstimate | undefined): void {
    this.#clock = clock
  }

  /** Off: what has not been told is forgotten. */
  set(on: boolean): void {
    this.#pairs = on ? new Float64Array(2 * PACKETS) : undefined
    this.#filled = 0
  }

  /** Each packet. */
  add({ position, captureUs }: PacketTime, arrivalMs: number): void {
    const pairs = this.#pairs
    const clock = this.#clock
    if (pairs === undefined || clock === undefined) return
    const offsetMs = clock.offsetMs + clock.drift * (arrivalMs - clock.atMs)
    pairs[this.#filled++] = position
    pairs[this.#filled++] = arrivalMs + offsetMs - captureUs / 1000
    const waitedMs = Math.abs(arrivalMs - this.#toldMs)
    if (this.#filled < pairs.length && waitedMs < WAIT_MS) return
    this.#toldMs = arrivalMs
    this.#tell(pairs.slice(0, this.#filled))
    this.#filled = 0
  }
}
