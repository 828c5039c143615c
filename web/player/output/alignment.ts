import type { ControlBlock } from '../../../src/shared/ring/control-block.ts'
import { contextZeroMs, LeavingLine } from './leaving-line.ts'
import { OutputLead } from './output-lead.ts'
import type { OutputReading } from './output-timestamps.ts'
import { type TrimMemory, trimWithin } from './trim-memory.ts'

const REMEMBER_MS = 10_000

/**
 * When what leaves the worklet is heard on this device: measured, put right by the device's trim, told to the worker and
 * kept between visits. Thread: page.
 */
export class Alignment {
  readonly #control: ControlBlock
  readonly #memory: TrimMemory
  readonly #originMs: () => number
  readonly #lead: OutputLead
  readonly #line = new LeavingLine()
  #deviceId = ''
  #trimMs = 0
  #rememberedMs = 0

  /** `originMs`: local time of a performance.now() of 0 on this page, as known by now. */
  constructor(control: ControlBlock, memory: TrimMemory, originMs: () => number) {
    this.#control = control
    this.#memory = memory
    this.#originMs = originMs
    this.#lead = new OutputLead(originMs)
  }

  /** This device, or another context on it, is heard from now on. */
  begin(deviceId: string): void {
    const { trimMs, leadMs } = this.#memory.load(deviceId)
    // A guess is better than none for the second until it is measured; of the same device what is known now is the best.
    const nowMs = this.#lead.ms
    this.#lead.reset(deviceId === this.#deviceId ? (nowMs ?? leadMs) : (leadMs ?? nowMs))
    this.#deviceId = deviceId
    this.#line.reset()
    this.#trimMs = trimMs
    this.#publish()
  }

  /** Between leaving the worklet and being heard, without the trim. */
  get lead(): Readonly<Pick<OutputLead, 'ms' | 'errorMs' | 'source'>> {
    return this.#lead
  }

  /** Remembered for this device. */
  setTrim(trimMs: number): void {
    this.#trimMs = trimWithin(trimMs)
    this.#remember()
    this.#publish()
  }

  /** Ten times a second while the context runs. `rateHz`: the stream's. */
  sample(reading: OutputReading, rateHz: number): void {
    const zeroMs = contextZeroMs(this.#control, rateHz)
    this.#line.add(this.#originMs() + reading.nowMs, zeroMs)
    this.#lead.sample(reading, { zeroMs, burstMs: (this.#control.get('burstFrames') * 1000) / rateHz })
    this.#publish()
    if (this.#lead.source !== 'measured' || Math.abs(reading.nowMs - this.#rememberedMs) < REMEMBER_MS) return
    this.#rememberedMs = reading.nowMs
    this.#remember()
  }

  /** Context time, s, of what is heard at local time `localMs`, not far from now; undefined: not known. */
  contextTimeS(localMs: number): number | undefined {
    const leadMs = this.#lead.ms
    return leadMs === undefined ? undefined : this.#line.contextTimeS(localMs - leadMs - this.#trimMs)
  }

  #publish(): void {
    this.#control.set('outputLeadMs', this.#lead.ms ?? 0)
    this.#control.set('trimMs', this.#trimMs)
  }

  #remember(): void {
    const { source, ms } = this.#lead
    const leadMs = source === 'measured' ? ms : this.#memory.load(this.#deviceId).leadMs
    this.#memory.save(this.#deviceId, { trimMs: this.#trimMs, leadMs })
  }
}
