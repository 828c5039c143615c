import type { OutputReading } from './output-timestamps.ts'
import { readsBlockAudio } from './reads-block-audio.ts'

/** What an AudioContext knows about its device. */
export interface DeviceFigures {
  baseLatency?: number | undefined
  outputLatency?: number | undefined
  playbackStats?: { underrunEvents?: number | undefined } | undefined
}

/**
 * What a context knows of its output: the one place that asks for `outputLatency` and `getOutputTimestamp`. Where that
 * can block the audio they are never asked for, and the device counts as unknown. Thread: page.
 */
export class OutputFigures {
  readonly #context: AudioContext & DeviceFigures
  readonly #mayAsk = !readsBlockAudio()
  #outputLatencyS: number | undefined

  constructor(context: AudioContext & DeviceFigures) {
    this.#context = context
  }

  /** Ten times a second while the context is heard. `nowMs`: performance.now(). */
  take(nowMs: number): OutputReading {
    const { baseLatency: baseLatencyS } = this.#context
    if (!this.#mayAsk) return { contextTimeS: 0, performanceMs: 0, nowMs, baseLatencyS }
    const { contextTime = 0, performanceTime = 0 } = this.#context.getOutputTimestamp()
    this.#outputLatencyS = this.#context.outputLatency
    return {
      contextTimeS: contextTime,
      performanceMs: performanceTime,
      nowMs,
      baseLatencyS,
      outputLatencyS: this.#outputLatencyS,
    }
  }

  /** For read-outs, at any time: the latency is what the last `take` found. */
  get device(): DeviceFigures {
    const { baseLatency, playbackStats } = this.#context
    return { baseLatency, outputLatency: this.#outputLatencyS, playbackStats }
  }
}
