import { MeterBallistics } from './meter-ballistics.ts'

/** Positions along the scale, 0.5 dB apart: less than one of the bar's segments, so finer could not be seen. */
const STEPS = 120

/** What of a bar moves. */
export interface BarParts {
  /** Dark, lies over what is not lit. */
  cover: HTMLElement
  /** The mark at the highest peak. */
  hold: HTMLElement
}

/**
 * One channel's bar. It touches the page only when the eye could see the difference, and only what needs no layout:
 * where there is no graphics hardware, painting takes the processor the sound needs.
 */
export class MeterBar {
  readonly #parts: BarParts
  readonly #ballistics = new MeterBallistics()
  #level = 0
  #hold = 0

  constructor(parts: BarParts) {
    this.#parts = parts
    this.#showLevel()
    this.#showHold()
  }

  /** `peak` is linear, 1 = full scale. */
  update(peak: number, elapsedMs: number): void {
    this.#ballistics.update(peak, elapsedMs)
    const level = Math.round(this.#ballistics.level * STEPS)
    const hold = Math.round(this.#ballistics.hold * STEPS)
    if (level !== this.#level) {
      this.#level = level
      this.#showLevel()
    }
    if (hold !== this.#hold) {
      this.#hold = hold
      this.#showHold()
    }
  }

  #showLevel(): void {
    this.#parts.cover.style.transform = `translateX(${percent(this.#level)}%)`
  }

  #showHold(): void {
    const { style } = this.#parts.hold
    style.opacity = this.#hold > 0 ? '1' : '0'
    style.transform = `translateX(${percent(this.#hold)}%)`
  }
}

function percent(step: number): string {
  return ((step / STEPS) * 100).toFixed(2)
}
