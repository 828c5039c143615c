// Thread: capture child. The built-in input: the demo band, played by the clock.
import type { CaptureSettings, GainMatrix, SourceInfo } from '../../../shared/capture-messages.ts'
import { nowUs } from '../../monotonic.ts'
import { type InputSamples, inputSamples } from '../../samples.ts'
import type { Input, OnBlock } from '../input.ts'
import { Schedule } from '../schedule.ts'
import { SYNTH_CHANNELS } from './channels.ts'
import { Performance } from './performance.ts'

/** Most blocks rendered in one go, so that messages are heard in between. */
const CATCH_UP_BLOCKS = 8

export class SynthInput implements Input {
  readonly source: SourceInfo
  readonly #schedule: Schedule
  readonly #performance: Performance
  readonly #samples: InputSamples
  #timer: NodeJS.Timeout | undefined
  #onBlock: OnBlock = () => {}

  /** `fallback`: why the synth plays in place of what was asked for. `mix`: its own, when nobody chose another. */
  constructor(settings: CaptureSettings, fallback?: string, mix?: GainMatrix) {
    const { rateHz, bits, periodFrames } = settings
    this.source = {
      input: 'synth',
      name: 'demo synth',
      rateHz,
      bits,
      channels: SYNTH_CHANNELS.length,
      channelNames: SYNTH_CHANNELS,
      periodFrames,
      ...(fallback === undefined ? {} : { fallback }),
      ...(mix === undefined ? {} : { mix }),
    }
    this.#schedule = new Schedule(rateHz, periodFrames)
    this.#performance = new Performance(rateHz, bits)
    this.#samples = inputSamples(bits, periodFrames * SYNTH_CHANNELS.length)
  }

  start(onBlock: OnBlock): void {
    this.#onBlock = onBlock
    const periodUs = (this.source.periodFrames / this.source.rateHz) * 1e6
    this.#schedule.startAt(nowUs() + periodUs)
    this.#sleep()
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#onBlock = () => {}
  }

  #sleep(): void {
    this.#timer = setTimeout(() => this.#play(), this.#schedule.sleepMs(nowUs()))
  }

  #play(): void {
    // After a long sleep the position jumps; the band goes on where it was, as a tape would.
    let gapFrames = this.#schedule.skipMissed(nowUs()) * this.source.periodFrames
    for (let block = 0; block < CATCH_UP_BLOCKS && this.#schedule.dueUs <= nowUs(); block++) {
      this.#performance.render(this.#samples)
      const dueUs = this.#schedule.dueUs
      this.#schedule.take()
      this.#onBlock(this.#samples, dueUs, gapFrames, false)
      gapFrames = 0
    }
    this.#sleep()
  }
}
