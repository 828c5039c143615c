import { ControlBlock } from '../../../src/shared/ring/control-block.ts'
import { Loudest } from './loudest.ts'
import type { MeterPainter } from './meter-painter.ts'

/** What is painted, of which listening and how often. */
export interface MeterRun {
  /** The control block of the listening: the level is read where the audio thread writes it. */
  memory: SharedArrayBuffer
  everyMs: number
}

/** Reads the level of what is heard and paints it. Thread: the meter's worker; where there is none, the page. */
export class MeterLoop {
  readonly #painter: Pick<MeterPainter, 'update' | 'rest'>
  readonly #tell: (peak: number) => void
  #timer: ReturnType<typeof setInterval> | undefined

  /** `tell`: the highest peak of every two seconds, linear. */
  constructor(painter: Pick<MeterPainter, 'update' | 'rest'>, tell: (peak: number) => void) {
    this.#painter = painter
    this.#tell = tell
  }

  run({ memory, everyMs }: MeterRun): void {
    clearInterval(this.#timer)
    const control = new ControlBlock(memory)
    const loudest = new Loudest()
    let lastMs = performance.now()
    this.#timer = setInterval(() => {
      const nowMs = performance.now()
      const left = control.get('peakLeft')
      const right = control.get('peakRight')
      this.#painter.update(left, right, nowMs - lastMs)
      lastMs = nowMs
      const peak = loudest.update(Math.max(left, right), nowMs)
      if (peak !== undefined) this.#tell(peak)
    }, everyMs)
  }

  /** Stays as it is until it is run again. */
  hold(): void {
    clearInterval(this.#timer)
  }

  /** Dark. */
  rest(): void {
    this.hold()
    this.#painter.rest()
  }
}
