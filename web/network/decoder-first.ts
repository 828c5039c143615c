import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import type { RungName } from '../../src/shared/rungs.ts'
import type { DecoderLoading } from './decode/decoder-loading.ts'
import type { StreamWish } from './stream-wish.ts'

/** So long a page waits for the Opus decoder before it asks for sound: it is fetched over the same link. */
const DECODER_WAIT_MS = 10_000
/** Where a link begins that PCM has been too much for before there was a decoder. */
const SMALL_START: RungName = 'opus-96'

export interface DecoderFirstOptions {
  decoder: Pick<DecoderLoading, 'ready' | 'failed' | 'need'>
  wish: StreamWish
  /** Read: is anything heard? */
  control: ControlBlock
  /** No sound is wanted for now: no socket. `again`: there was one. */
  hold: (again: boolean) => void
  /** Sound is wanted, at the address the wish has now. */
  go: () => void
}

/**
 * When the Opus decoder is fetched, and when it comes before any sound: what can not be played would only keep it from
 * coming. Thread: worker; time comes in.
 */
export class DecoderFirst {
  readonly #opts: DecoderFirstOptions
  /** Since when there is no socket because the decoder is being fetched; NaN: it is not waited for. */
  #sinceMs = Number.NaN
  /** The sound has made way for the decoder already; once is enough. */
  #madeWay = false

  constructor(opts: DecoderFirstOptions) {
    this.#opts = opts
  }

  get waits(): boolean {
    return !Number.isNaN(this.#sinceMs)
  }

  /** A listening begins. */
  start(nowMs: number): void {
    const { decoder, wish, go } = this.#opts
    if (wish.beginsWithOpus && !decoder.ready) this.#wait(nowMs, false)
    else go()
  }

  /** Something else is wished for. */
  wished(nowMs: number): void {
    const { decoder, wish } = this.#opts
    if (wish.beginsWithOpus) decoder.need(nowMs)
    else this.end()
  }

  /** The server leaves audio out. Without a decoder nothing smaller can come, and the decoder can not either. */
  tooMuch(nowMs: number): void {
    const { decoder, wish } = this.#opts
    decoder.need(nowMs)
    const hopeless = decoder.failed || this.#madeWay || this.#playing
    if (decoder.ready || wish.wish !== 'auto' || hopeless) return
    this.#madeWay = true
    wish.startAt(SMALL_START)
    this.#wait(nowMs, true)
  }

  /** Now and then. */
  tick(nowMs: number): void {
    const { decoder, wish } = this.#opts
    // Fetched while the link is good: when Opus is needed it may be too slow for that.
    if (this.waits || this.#playing || wish.needsDecoder) decoder.need(nowMs)
    if (nowMs - this.#sinceMs > DECODER_WAIT_MS) this.end()
  }

  /** The decoder is there, or is not waited for any longer. */
  end(): void {
    if (!this.waits) return
    this.#sinceMs = Number.NaN
    if (!this.#opts.decoder.ready) this.#opts.wish.startAt('pcm16')
    this.#opts.go()
  }

  /** The listening ends. */
  stop(): void {
    this.#sinceMs = Number.NaN
  }

  get #playing(): boolean {
    return this.#opts.control.get('playing') === 1
  }

  #wait(nowMs: number, again: boolean): void {
    this.#sinceMs = nowMs
    this.#opts.hold(again)
    this.#opts.decoder.need(nowMs)
  }
}
