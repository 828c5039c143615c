import type { ControlBlock } from '../../../src/shared/ring/control-block.ts'
import type { LoadOpus, OpusDecoder } from './opus-loader.ts'

const FIRST_RETRY_MS = 2000
const MOST_RETRY_MS = 60_000

/**
 * Gets the Opus decoder once it is needed, and tries again where that fails. Thread: worker; no timer of its own:
 * `need` is called now and then. Fills the control block's `decoderReady` and counts in `decoderErrors`.
 */
export class DecoderLoading {
  readonly #load: LoadOpus
  readonly #control: ControlBlock
  readonly #onReady: (decoder: OpusDecoder) => void
  #phase: 'unloaded' | 'loading' | 'ready' = 'unloaded'
  #failures = 0
  #retryAtMs = Number.NEGATIVE_INFINITY

  constructor(load: LoadOpus, control: ControlBlock, onReady: (decoder: OpusDecoder) => void) {
    this.#load = load
    this.#control = control
    this.#onReady = onReady
  }

  get ready(): boolean {
    return this.#phase === 'ready'
  }

  /** It could not be had, at least once. */
  get failed(): boolean {
    return this.#failures > 0
  }

  /** Opus is being played, or may soon be. Loads, unless it is there, on its way, or has failed a moment ago. */
  need(nowMs: number): void {
    if (this.#phase !== 'unloaded' || nowMs < this.#retryAtMs) return
    this.#phase = 'loading'
    this.#load().then(
      (decoder) => {
        this.#phase = 'ready'
        this.#control.set('decoderReady', 1)
        this.#onReady(decoder)
      },
      () => {
        // The link that Opus was wanted for has failed it; the page goes on with what it can play.
        this.#phase = 'unloaded'
        this.#retryAtMs = nowMs + Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++)
        this.#control.add('decoderErrors', 1)
      },
    )
  }
}
