import type { NtpError, NtpFault } from './ntp-error.ts'
import { agedErrorMs, type Sample } from './sample.ts'

export interface BackOff {
  firstMs: number
  longestMs: number
}

export type ServerState = 'unasked' | 'ok' | 'failing' | 'falseticker'

/** What `GET /time` tells of one server. Counts run from the start. */
export interface ServerReport {
  host: string
  state: ServerState
  answers: number
  failures: number
  /** How often it was outvoted. */
  falseticker: number
  /** Why the last question failed, null when it did not. */
  fault: NtpFault | null
  /** Its last answer: its time less the system's, what it may be off by now, and how far it is from a clock. */
  offsetMs: number | null
  errorMs: number | null
  stratum: number | null
}

/** How one server has done so far, and when it may be asked again. Pure. */
export class ServerRecord {
  readonly name: string
  readonly #backOff: BackOff
  #state: ServerState = 'unasked'
  #counts = { answers: 0, failures: 0, falseticker: 0 }
  #nextDelayMs: number
  #fault: NtpFault | null = null
  #sample: Sample | undefined
  /** Server clock from which it may be asked, µs. */
  dueUs = Number.NEGATIVE_INFINITY

  constructor(name: string, backOff: BackOff) {
    this.name = name
    this.#backOff = backOff
    this.#nextDelayMs = backOff.firstMs
  }

  get state(): ServerState {
    return this.#state
  }

  get fault(): NtpFault | null {
    return this.#fault
  }

  answered(sample: Sample): void {
    this.#counts.answers++
    this.#state = 'ok'
    this.#fault = null
    this.#sample = sample
    this.#nextDelayMs = this.#backOff.firstMs
    this.dueUs = Number.NEGATIVE_INFINITY
  }

  /** Its last answer was outvoted. It is asked again, because it may come to its senses. */
  outvoted(): void {
    this.#counts.falseticker++
    this.#state = 'falseticker'
  }

  failed({ fault }: NtpError, nowUs: number): void {
    this.#counts.failures++
    this.#state = 'failing'
    this.#fault = fault
    // A server that asks to be left alone is.
    if (fault === 'kiss-of-death') this.#nextDelayMs = this.#backOff.longestMs
    this.dueUs = nowUs + this.#nextDelayMs * 1e3
    this.#nextDelayMs = Math.min(2 * this.#nextDelayMs, this.#backOff.longestMs)
  }

  report(nowUs: number, systemLineMs: number): ServerReport {
    const sample = this.#sample
    return {
      host: this.name,
      state: this.#state,
      ...this.#counts,
      fault: this.#fault,
      offsetMs: sample === undefined ? null : sample.lineMs - systemLineMs,
      errorMs: sample === undefined ? null : agedErrorMs(sample, nowUs),
      stratum: sample?.stratum ?? null,
    }
  }
}
