import type { StreamTiming } from '../../src/shared/playout/stream-timing.ts'
import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import { RECEIPT_MS, type Receipt } from '../../src/shared/wire/control.ts'
import type { PacketIntake } from './packet-intake.ts'

/** The timer's own unpunctuality: a receipt is not put off to the next tick for that. */
const EARLY_MS = 20
/** Over so much the rate is taken at which bytes came. */
const RATE_MS = 1000
const MOST_LATENESS_MS = 60_000
const MOST_TARGET_MS = 120_000

/** What this listener tells the server it has, ten times a second. Thread: worker; time comes in. */
export class Receipts {
  readonly #control: ControlBlock
  readonly #intake: Pick<PacketIntake, 'packets' | 'bytes' | 'receivedTo'>
  readonly #timing: Pick<StreamTiming, 'takeWorstMs'>
  /** Of the stream being received; 0 before there is one. */
  streamId = 0
  #sentMs = Number.NEGATIVE_INFINITY
  #ratedMs = 0
  #ratedBytes = 0

  constructor(
    control: ControlBlock,
    intake: Pick<PacketIntake, 'packets' | 'bytes' | 'receivedTo'>,
    timing: Pick<StreamTiming, 'takeWorstMs'>,
  ) {
    this.#control = control
    this.#intake = intake
    this.#timing = timing
  }

  /** A connection begins, and its counting. */
  connected(nowMs: number): void {
    this.#sentMs = Number.NEGATIVE_INFINITY
    this.#ratedMs = nowMs
    this.#ratedBytes = 0
  }

  due(nowMs: number): boolean {
    // A clock that was set back must not silence us: the server would close.
    return !(Math.abs(nowMs - this.#sentMs) < RECEIPT_MS - EARLY_MS)
  }

  /** The receipt to be sent now. */
  next(nowMs: number): Receipt {
    const control = this.#control
    const { packets, bytes, receivedTo } = this.#intake
    this.#sentMs = nowMs
    this.#rate(nowMs, bytes)
    const worstMs = this.#timing.takeWorstMs()
    this.#tellLateness(worstMs)
    return {
      type: 'receipt',
      streamId: this.streamId,
      position: receivedTo,
      packets,
      bytes,
      latenessMs: within(worstMs, MOST_LATENESS_MS),
      targetMs: within(this.#targetMs(), MOST_TARGET_MS),
      episodes: control.get('underrunEpisodes') + control.get('episodesBefore'),
      opus: control.get('decoderReady') === 1,
    }
  }

  /** The page looks about as often as this is said, but not in step with it: it sees the time before, too. */
  #tellLateness(worstMs: number): void {
    const control = this.#control
    control.set('latenessBeforeMs', control.get('latenessMs'))
    control.set('latenessMs', worstMs)
    control.add('latenessWindows', 1)
  }

  #targetMs(): number {
    const control = this.#control
    if (control.get('playing') !== 1) return 0
    return (control.get('targetFrames') * 1000) / control.get('lineRateHz')
  }

  #rate(nowMs: number, bytes: number): void {
    const pastMs = nowMs - this.#ratedMs
    if (pastMs < RATE_MS && pastMs >= 0) return
    if (pastMs > 0) this.#control.set('deliveredKbps', ((bytes - this.#ratedBytes) * 8) / pastMs)
    this.#ratedMs = nowMs
    this.#ratedBytes = bytes
  }
}

function within(value: number, most: number): number {
  return value > 0 ? Math.min(value, most) : 0
}
