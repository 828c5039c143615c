import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import { OutputTimestamps } from './output-timestamps.ts'

/** What a context says of its output at one moment; times of the page in performance.now() ms. */
export interface OutputReading {
  contextTimeS: number
  performanceMs: number
  nowMs: number
  /** Seconds; undefined where the browser has no such figure, 0 where it has none to give. */
  baseLatencyS?: number | undefined
  outputLatencyS?: number | undefined
}

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

interface Sample {
  atMs: number
  totalMs: number
  outputMs: number
}

const WINDOW_MS = 10_000
/** Of the samples, so much is left out at either end: words of shared memory may be from two callbacks. */
const TRIM = 0.25
/** Timestamps that leave the device less than this share of a callback do not count its buffer at all. */
const LEAST_BURSTS = 0.5
const MOST_OUTPUT_MS = 2000
/** Browsers round outputLatency to 8 ms. */
const REPORTED_ERROR_MS = 4

/**
 * Mean latency of the last 10 s: when a position is heard, less when it was captured. What is heard when comes from the
 * output's own timestamps where they can be believed, else from the latencies the browser reports. Thread: page.
 */
export class LatencyMeter {
  readonly #control: ControlBlock
  readonly #timestamps = new OutputTimestamps()
  readonly #samples: Sample[] = []
  readonly #timeOriginMs: number
  #epoch = ''
  #measured = false
  #deviceKnown = false

  constructor(control: ControlBlock, timeOriginMs: number = performance.timeOrigin) {
    this.#control = control
    this.#timeOriginMs = timeOriginMs
  }

  /** Starts over: another output is heard. */
  reset(): void {
    this.#timestamps.reset()
    this.#samples.length = 0
  }

  /** Ten times a second or so. `rateHz`: the stream's. */
  sample(reading: OutputReading, rateHz: number): void {
    const control = this.#control
    const epoch = `${control.get('playSerial')}/${control.get('resyncs')}`
    if (epoch !== this.#epoch) this.#samples.length = 0
    this.#epoch = epoch
    const lineMs = this.#timestamps.add(reading)
    if (control.get('playing') !== 1) return

    const frameMs = 1000 / rateHz
    const zero = control.get('contextZeroPosition')
    const renderedMs = control.get('playMs') - (control.get('playPosition') - zero) * frameMs
    const capturedMs =
      control.get('captureAnchorMs') + (zero - control.get('captureAnchorPosition')) * frameMs
    const stampedMs = lineMs === undefined ? Number.NaN : this.#timeOriginMs + lineMs - renderedMs
    const leastMs = LEAST_BURSTS * control.get('burstFrames') * frameMs
    const measured = stampedMs >= leastMs && stampedMs < MOST_OUTPUT_MS
    // No news of the output for a moment: what it said in the last seconds still holds.
    if (lineMs === undefined && this.#measured && this.#samples.length > 0) {
      this.#forget(reading.nowMs)
      return
    }
    if (measured !== this.#measured) this.#samples.length = 0
    this.#measured = measured
    this.#deviceKnown = measured || Boolean(reading.outputLatencyS)
    const outputMs = measured ? stampedMs : reportedMs(reading)
    if (outputMs === null) return
    const totalMs = renderedMs + outputMs - capturedMs
    if (Number.isFinite(outputMs)) this.#samples.push({ atMs: reading.nowMs, totalMs, outputMs })
    this.#forget(reading.nowMs)
  }

  /** `packetMs`: what one packet lasts; what lies before a block's arrival is not known better than that. */
  read(packetMs: number): LatencyMs {
    const control = this.#control
    const capture = known(control.get('captureMs'))
    const network = known(control.get('networkMs'))
    const none = { capture, network, buffer: null, output: null, total: null, errorMs: null }
    if (this.#samples.length === 0) return none
    const output = mean(middle(this.#samples.map(({ outputMs }) => outputMs)))
    const totals = middle(this.#samples.map(({ totalMs }) => totalMs).filter(Number.isFinite))
    if (capture === null || network === null || totals.length === 0) return { ...none, output }
    const total = mean(totals)
    const spread = ((totals.at(-1) ?? 0) - (totals[0] ?? 0)) / 2
    const errorMs =
      control.get('clockErrorMs') + packetMs + (this.#measured ? spread : REPORTED_ERROR_MS + spread)
    return {
      capture,
      network,
      buffer: total - capture - network - output,
      output,
      total,
      errorMs: this.#deviceKnown ? known(errorMs) : null,
    }
  }

  #forget(nowMs: number): void {
    while (this.#samples.length > 0 && Math.abs(nowMs - (this.#samples[0]?.atMs ?? 0)) > WINDOW_MS)
      this.#samples.shift()
  }
}

/** What the browser reports of itself and its device; a device it does not know counts nothing. */
function reportedMs({ baseLatencyS, outputLatencyS }: OutputReading): number | null {
  if (baseLatencyS === undefined && outputLatencyS === undefined) return null
  return ((baseLatencyS ?? 0) + (outputLatencyS ?? 0)) * 1000
}

function middle(values: number[]): number[] {
  const cut = Math.floor(values.length * TRIM)
  return values.sort((a, b) => a - b).slice(cut, values.length - cut)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
