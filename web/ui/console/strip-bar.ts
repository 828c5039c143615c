import { MeterBallistics } from '../parts/meter-ballistics.ts'

/** Finer than a pixel of the bar could not be seen. */
const STEPS = 160
/** From here on a converter has nothing left. */
const CLIP = 0.999
/** The lamp stays lit so long after the last one. */
const CLIP_MS = 3000

/** What of a bar moves; the covers lie over what is not lit. */
export interface StripBarParts {
  /** The lamp above the bar. */
  clip: HTMLElement
  /** Dims what is above the RMS. */
  rms: HTMLElement
  /** Hides what is above the peak. */
  peak: HTMLElement
  hold: HTMLElement
}

/** One channel's upright bar. It touches the page only when the eye could see the difference, and only what needs no layout. */
export class StripBar {
  readonly #parts: StripBarParts
  readonly #peak = new MeterBallistics()
  readonly #rms = new MeterBallistics()
  readonly #shown = { peak: -1, rms: -1, hold: -1 }
  #clipLeftMs = 0

  constructor(parts: StripBarParts) {
    this.#parts = parts
    this.update(0, 0, 0)
  }

  /** `peak` and `rms` are linear, 1 = full scale. */
  update(peak: number, rms: number, elapsedMs: number): void {
    this.#peak.update(peak, elapsedMs)
    this.#rms.update(rms, elapsedMs)
    this.#raise('peak', this.#peak.level)
    this.#raise('rms', this.#rms.level)
    this.#raise('hold', this.#peak.hold)
    this.#lamp(peak >= CLIP, elapsedMs)
  }

  #raise(part: 'peak' | 'rms' | 'hold', level: number): void {
    const step = Math.round(level * STEPS)
    if (step === this.#shown[part]) return
    this.#shown[part] = step
    const { style } = this.#parts[part]
    style.transform = `translateY(${((-step / STEPS) * 100).toFixed(2)}%)`
    if (part === 'hold') style.opacity = step > 0 ? '1' : '0'
  }

  #lamp(clips: boolean, elapsedMs: number): void {
    const wasLit = this.#clipLeftMs > 0
    this.#clipLeftMs = clips ? CLIP_MS : Math.max(0, this.#clipLeftMs - elapsedMs)
    const isLit = this.#clipLeftMs > 0
    if (isLit !== wasLit) this.#parts.clip.toggleAttribute('data-lit', isLit)
  }
}
