import type { ControlBlock } from '../../../src/shared/ring/control-block.ts'
import { contextZeroMs } from './leaving-line.ts'
import { trimmed } from './trimmed.ts'

/** From the instrument's converter to the loudspeaker. The four parts add up to the total. null: not known. */
export interface LatencyMs {
  /** Block, mixing, packet. */
  capture: number | null
  /** Half the least round trip. */
  network: number | null
  /** The rest: waiting in the ring until the worklet plays it. */
  buffer: number | null
  /** From the worklet to the loudspeaker, as far as the browser and the device know themselves. */
  output: number | null
  total: number | null
  /** How far off the total may be; null when it can not be said, and then the total is a least value. */
  errorMs: number | null
}

/** Nothing is known. */
export const UNKNOWN_LATENCY: Readonly<LatencyMs> = {
  capture: null,
  network: null,
  buffer: null,
  output: null,
  total: null,
  errorMs: null,
}

/** How long after it leaves the worklet a position is heard; see OutputLead. */
export interface OutputPart {
  ms: number | undefined
  errorMs: number | undefined
}

interface Sample {
  atMs: number
  /** From the converter to leaving the worklet. */
  leavingMs: number
}

const WINDOW_MS = 10_000
/** Of the samples, so much is left out at either end: words of shared memory may be from two callbacks. */
const TRIM = 0.25

/**
 * Mean latency of the last 10 s: when a position leaves the worklet, less when it was captured, and what the output takes
 * after that. Thread: page.
 */
export class LatencyMeter {
  readonly #control: ControlBlock
  readonly #samples: Sample[] = []
  #epoch = ''

  constructor(control: ControlBlock) {
    this.#control = control
  }

  /** Starts over: another output is heard. */
  reset(): void {
    this.#samples.length = 0
  }

  /** Ten times a second or so. `rateHz`: the stream's. */
  sample(nowMs: number, rateHz: number): void {
    const control = this.#control
    const epoch = `${control.get('playSerial')}/${control.get('resyncs')}`
    if (epoch !== this.#epoch) this.#samples.length = 0
    this.#epoch = epoch
    const sinceAnchor = control.get('contextZeroPosition') - control.get('captureAnchorPosition')
    const capturedMs = control.get('captureAnchorMs') + (sinceAnchor * 1000) / rateHz
    const leavingMs = contextZeroMs(control, rateHz) - capturedMs
    if (Number.isFinite(leavingMs)) this.#samples.push({ atMs: nowMs, leavingMs })
    while (Math.abs(nowMs - (this.#samples[0]?.atMs ?? nowMs)) > WINDOW_MS) this.#samples.shift()
  }

  /** `packetMs`: what one packet lasts; what lies before a block's arrival is not known better than that. */
  read(packetMs: number, output: OutputPart): LatencyMs {
    const control = this.#control
    const capture = known(control.get('captureMs'))
    const network = known(control.get('networkMs'))
    const outputMs = output.ms ?? null
    if (capture === null || network === null || outputMs === null || this.#samples.length === 0)
      return { capture, network, buffer: null, output: outputMs, total: null, errorMs: null }
    const leaving = trimmed(
      this.#samples.map(({ leavingMs }) => leavingMs),
      TRIM,
    )
    const total = leaving.mean + outputMs
    const errorMs =
      control.get('clockErrorMs') + packetMs + leaving.spread / 2 + (output.errorMs ?? Number.NaN)
    return {
      capture,
      network,
      buffer: total - capture - network - outputMs,
      output: outputMs,
      total,
      errorMs: known(errorMs),
    }
  }
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
