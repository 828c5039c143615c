import { ClipLamp } from './clip-lamp.ts'
import { MeterBallistics } from './meter-ballistics.ts'

/** Positions along the scale, 0.5 dB apart: less than one of the bar's segments, so finer could not be seen. */
const STEPS = 120

/** What of a bar moves. */
export interface BarParts {
  /** Dark, lies over what is not lit. */
  cover: HTMLElement
  /** The mark at the highest peak. */
  hold: HTMLElement
  /** The lamp behind the end of the scale; not every bar has one. */
  clip?: HTMLElement
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
  readonly #lamp = new ClipLamp()
  #lit = false

  constructor(parts: BarParts) {
    this.#parts = parts
    this.#showLevel()
    this.#showHold()
    this.#showClip()
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
    this.#lamp.update(peak, elapsedMs)
    if (this.#lamp.lit !== this.#lit) {
      this.#lit = this.#lamp.lit
      this.#showClip()
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

  #showClip(): void {
    const { clip } = this.#parts
    if (clip) clip.style.opacity = this.#lit ? '1' : '0.18'
  }
}

function percent(step: number): string {
  return ((step / STEPS) * 100).toFixed(2)
}
