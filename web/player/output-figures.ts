import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import type { OutputReading } from './latency-meter.ts'
import { readsBlockAudio } from './reads-block-audio.ts'
import type { DeviceFigures } from './stats.ts'

/** Not before it has played for so long: while a device starts, callbacks come as they like. */
const SETTLED_MS = 3000
/** With no good moment by then, the device counts as unknown. */
const GIVE_UP_MS = 10_000
/** When no callback is under way, ms since the last one began; and as shares of the time from one to the next. */
const QUIET_MS = { from: 3, to: 6 } as const
const QUIET_SHARE = { from: 0.3, to: 0.6 } as const

/**
 * What a context knows of its output, asked for only at moments that do no harm: the one place that reads
 * `outputLatency` and `getOutputTimestamp`. Where a read can block the audio it asks once per context, between two
 * callbacks, and keeps the answer; there are no timestamps then. Thread: page.
 */
export class OutputFigures {
  readonly #context: AudioContext & DeviceFigures
  readonly #control: ControlBlock
  readonly #once = readsBlockAudio()
  #reading: OutputReading | undefined
  #outputLatencyS: number | undefined
  #firstMs = Number.NaN
  #known = false
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `control`: the view of this context's own worklet. */
  constructor(context: AudioContext & DeviceFigures, control: ControlBlock) {
    this.#context = context
    this.#control = control
  }

  /** Ten times a second while the context is heard. `rateHz`: the stream's; `nowMs`: performance.now(). */
  take(rateHz: number, nowMs: number): void {
    if (!this.#once) this.#read(nowMs)
    else if (!this.#known) this.#await(rateHz, nowMs)
    else if (this.#reading) this.#reading = { ...this.#reading, nowMs }
  }

  /** What the last `take` found; undefined while it is not known yet. */
  get reading(): OutputReading | undefined {
    return this.#reading
  }

  /** For read-outs, at any time: nothing here asks for the output's latency. */
  get device(): DeviceFigures {
    const { baseLatency, playbackStats } = this.#context
    return { baseLatency, outputLatency: this.#outputLatencyS, playbackStats }
  }

  /** The context is about to be closed: nothing is read any more. */
  close(): void {
    clearTimeout(this.#timer)
    this.#known = true
  }

  #read(nowMs: number): void {
    const { contextTime = 0, performanceTime = 0 } = this.#context.getOutputTimestamp()
    this.#outputLatencyS = this.#context.outputLatency
    this.#keep({ contextTimeS: contextTime, performanceMs: performanceTime, nowMs })
  }

  #keep(times: Pick<OutputReading, 'contextTimeS' | 'performanceMs' | 'nowMs'>): void {
    const { baseLatency } = this.#context
    this.#reading = { ...times, baseLatencyS: baseLatency, outputLatencyS: this.#outputLatencyS }
  }

  /** Goes for the next quiet moment. */
  #await(rateHz: number, nowMs: number): void {
    if (this.#control.get('playing') !== 1) return
    if (Number.isNaN(this.#firstMs)) this.#firstMs = nowMs
    const forMs = nowMs - this.#firstMs
    if (forMs < SETTLED_MS) return
    if (forMs > GIVE_UP_MS) {
      this.#settle(undefined)
      return
    }
    const callbackMs = (this.#control.get('burstFrames') * 1000) / rateHz
    const from = Math.min(QUIET_MS.from, QUIET_SHARE.from * callbackMs)
    const to = Math.min(QUIET_MS.to, QUIET_SHARE.to * callbackMs)
    const sinceMs = this.#sinceCallbackMs()
    const aimMs = (from + to) / 2
    const waitMs = sinceMs < aimMs ? aimMs - sinceMs : aimMs + callbackMs - sinceMs
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      const atMs = this.#sinceCallbackMs()
      // A timer that came late waits for the next call of `take`.
      if (this.#control.get('playing') !== 1 || !(atMs >= from && atMs <= to)) return
      this.#settle(this.#context.outputLatency)
    }, waitMs)
  }

  #settle(outputLatencyS: number | undefined): void {
    clearTimeout(this.#timer)
    this.#known = true
    this.#outputLatencyS = outputLatencyS
    this.#keep({ contextTimeS: 0, performanceMs: 0, nowMs: performance.now() })
  }

  /** Since the last callback of the device began, by the worklet's own account. */
  #sinceCallbackMs(): number {
    return performance.timeOrigin + performance.now() - this.#control.get('playMs')
  }
}
